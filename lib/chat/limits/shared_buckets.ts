// Token buckets that the connections of an address share. Requests are never rejected: old clients cannot show a
// refusal, so a request waits until there are enough tokens. The connection that has used least goes first.
import type { RateLimits } from "./rate_limit.ts";

/** A clock that tests can pass. Times in milliseconds. */
export interface BucketClock {
  readonly now: () => number;
  /** Runs a function later. @returns A function that cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** What one connection has used of its address's bucket, counted as in start-time fair queuing. */
export interface Share {
  used: number;
}

interface Waiting {
  readonly price: number;
  /** Its place in the queue: the lowest goes first. */
  readonly start: number;
  readonly resolve: () => void;
}

interface Bucket {
  tokens: number;
  filledAt: number;
  /**
   * The place of the last request that was served. New requests start here, so an idle connection saves nothing
   * up.
   */
  served: number;
  /** Sorted in falling order: the next request is the last element. */
  readonly waiting: Waiting[];
  cancel: (() => void) | undefined;
}

// The limit of debt, as a share of the burst. Prices that become known afterwards delay an address only for
// seconds.
const DEBT_SHARE = 1 / 4;

/** The buckets of all addresses. A rate of 0 means no limit. */
export class SharedBuckets {
  readonly #limits: RateLimits;
  readonly #clock: BucketClock;
  readonly #buckets = new Map<string, Bucket>();

  /** @param limits Read at every use. */
  constructor(limits: RateLimits, clock: BucketClock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** How many addresses have used tokens recently. */
  get size(): number {
    return this.#buckets.size;
  }

  /**
   * Takes tokens of an address.
   *
   * @param network The network of the address, from `networkKey`.
   * @param share The connection's share.
   * @returns `undefined` if there were enough tokens, else a promise that resolves when there are.
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

  /** Takes a price that becomes known afterwards. The bucket may go into debt. A negative price returns tokens. */
  charge(network: string, price: number, share: Share): void {
    if (this.#limits.perSecond === 0 || price === 0) return;
    share.used += price;
    this.#spend(this.#bucketOf(network), price);
  }

  /** Lets all waiting requests go on, because the server is shutting down. */
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

  /** One whole token is needed. A price above the tokens left becomes debt. */
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

  // Amortized cleanup: each use checks the two oldest buckets. A full bucket is the same as none.
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

/** Inserts into an array in falling order. Of equal items the newest is served last. */
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
