// Token buckets that the connections of an address share. Nobody is refused: a request that finds too few tokens
// waits, since old clients cannot show a refusal. The connection that has used least goes first.
import type { RateLimits } from "./rate_limit.ts";

/** A clock that tests can pass. Times in milliseconds. */
export interface BucketClock {
  readonly now: () => number;
  /** Runs something later. @returns A function that calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** What one connection has used of the bucket of its address, as start-time fair queuing counts it. */
export interface Share {
  used: number;
}

interface Waiting {
  readonly price: number;
  /** Where it stands: lower goes first. */
  readonly start: number;
  readonly resolve: () => void;
}

interface Bucket {
  tokens: number;
  filledAt: number;
  /** Where the last one stood that was served: an idle connection saves nothing up. */
  served: number;
  /** The first is the last of the array. */
  readonly waiting: Waiting[];
  cancel: (() => void) | undefined;
}

// Debt stops here, as a share of the burst: what is charged afterwards delays an address for seconds only.
const DEBT_SHARE = 1 / 4;

/** The buckets of all addresses. A rate of 0 means that there are none. */
export class SharedBuckets {
  readonly #limits: RateLimits;
  readonly #clock: BucketClock;
  readonly #buckets = new Map<string, Bucket>();

  /** @param limits Read at every use. */
  constructor(limits: RateLimits, clock: BucketClock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** How many addresses have used tokens lately. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes tokens of an address.
   *
   * @param network What the address counts under: `networkKey` of it.
   * @param share The connection's.
   * @returns `undefined` where it had them, else a promise that resolves once it has.
   */
  take(network: string, price: number, share: Share): Promise<void> | undefined {
    if (this.#limits.perSecond === 0) return undefined;
    const bucket = this.#bucketOf(network);
    const start = Math.max(bucket.served, share.used);
    share.used = start + price;
    if (bucket.waiting.length === 0 && this.#pays(bucket, price)) {
      bucket.served = start;
      return undefined;
    }
    return new Promise((resolve) => {
      insert(bucket.waiting, { price, start, resolve });
      if (bucket.cancel === undefined) this.#schedule(network, bucket);
    });
  }

  /** Takes what is known afterwards: the bucket may go into debt. A negative price gives tokens back. */
  charge(network: string, price: number, share: Share): void {
    if (this.#limits.perSecond === 0 || price === 0) return;
    share.used += price;
    this.#spend(this.#bucketOf(network), price);
  }

  /** Lets all that wait go on: the server stops. */
  clear(): void {
    for (const { waiting, cancel } of this.#buckets.values()) {
      cancel?.();
      for (const { resolve } of waiting) resolve();
    }
    this.#buckets.clear();
  }

  #bucketOf(network: string): Bucket {
    this.#forget();
    const found = this.#buckets.get(network);
    if (found !== undefined) {
      this.#fill(found);
      return found;
    }
    const bucket: Bucket = {
      tokens: this.#limits.burst,
      filledAt: this.#clock.now(),
      served: 0,
      waiting: [],
      cancel: undefined,
    };
    this.#buckets.set(network, bucket);
    return bucket;
  }

  #fill(bucket: Bucket): void {
    const { perSecond, burst } = this.#limits;
    const now = this.#clock.now();
    bucket.tokens = Math.min(burst, bucket.tokens + (now - bucket.filledAt) * perSecond / 1000);
    bucket.filledAt = now;
  }

  #spend(bucket: Bucket, price: number): void {
    bucket.tokens = Math.max(-this.#limits.burst * DEBT_SHARE, bucket.tokens - price);
  }

  /** One whole token is needed; what a price takes beyond the tokens that are there is debt. */
  #pays(bucket: Bucket, price: number): boolean {
    if (this.#limits.perSecond > 0 && bucket.tokens < 1) return false;
    this.#spend(bucket, price);
    return true;
  }

  #schedule(network: string, bucket: Bucket): void {
    const { perSecond } = this.#limits;
    const wait = perSecond === 0
      ? 0
      : Math.max(1, Math.ceil((1 - bucket.tokens) * 1000 / perSecond));
    bucket.cancel = this.#clock.after(wait, () => this.#serve(network, bucket));
  }

  #serve(network: string, bucket: Bucket): void {
    bucket.cancel = undefined;
    this.#fill(bucket);
    for (let first = bucket.waiting.at(-1); first !== undefined; first = bucket.waiting.at(-1)) {
      if (!this.#pays(bucket, first.price)) return this.#schedule(network, bucket);
      bucket.waiting.pop();
      bucket.served = Math.max(bucket.served, first.start);
      first.resolve();
    }
  }

  // Amortized: each use looks at the two oldest. One that is full again is as good as new.
  #forget(): void {
    let looked = 0;
    for (const [network, bucket] of this.#buckets) {
      if (++looked > 2) return;
      this.#fill(bucket);
      this.#buckets.delete(network);
      const isNew = bucket.tokens >= this.#limits.burst && bucket.waiting.length === 0;
      if (!isNew) this.#buckets.set(network, bucket);
    }
  }
}

/** Inserts into an array in falling order; of equals the newest comes behind. */
function insert(waiting: Waiting[], item: Waiting): void {
  let low = 0;
  let high = waiting.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (waiting[middle]!.start > item.start) low = middle + 1;
    else high = middle;
  }
  waiting.splice(low, 0, item);
}
