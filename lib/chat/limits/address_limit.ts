// What all connections of one address together may ask and join: work that no limit of a single connection bounds.
import { priceOfHearing } from "./cost.ts";
import type { RateLimits } from "./rate_limit.ts";
import type { RequestType } from "../../protocol/request.ts";
import { type BucketClock, type Share, SharedBuckets } from "./shared_buckets.ts";

/** Bounds on an address; a rate of 0 means none. */
export interface AddressLimits {
  /** Tokens of requests, as `cost.ts` prices them. */
  readonly requests: RateLimits;
  /** Joins, each of which everyone hears, and a leave later. */
  readonly joins: RateLimits;
  /** Tokens of requests for each byte that comes in. */
  readonly tokensPerByte: number;
}

/** A connection, as far as its address pays for it. */
export interface Payer {
  /** The network it counts under. */
  readonly network: string;
  /** What it has used of the requests of its address. */
  readonly share: Share;
  /** What it has used of the joins of its address. */
  readonly joinShare: Share;
}

/** A request, as far as its address pays for it. */
export interface Asked {
  /** Its price; see {@linkcode priceOf}. */
  readonly price: number;
  readonly type: RequestType | undefined;
  /** Length of its line. */
  readonly bytes: number;
  /** How many may hear it. */
  readonly listeners: number;
}

/** Makes requests wait, in turn, where their address has asked too much. Nothing is refused here. */
export class AddressLimit {
  readonly #limits: AddressLimits;
  readonly #requests: SharedBuckets;
  readonly #joins: SharedBuckets;

  /** @param limits Read at every use. */
  constructor(limits: AddressLimits, clock: BucketClock) {
    this.#limits = limits;
    this.#requests = new SharedBuckets(limits.requests, clock);
    this.#joins = new SharedBuckets(limits.joins, clock);
  }

  /** Takes the price of a request. @returns A promise where it has to wait for it. */
  ask({ network, share }: Payer, asked: Asked): Promise<void> | undefined {
    return this.#requests.take(network, this.#priceOf(asked), share);
  }

  /** Takes the price of a line that is refused at once. */
  askInVain({ network, share }: Payer, asked: Asked): void {
    this.#requests.charge(network, this.#priceOf(asked), share);
  }

  /** Takes a join. @returns A promise where it has to wait for it. */
  join({ network, joinShare }: Payer): Promise<void> | undefined {
    return this.#joins.take(network, 1, joinShare);
  }

  /** Gives a join back that did not take place. */
  unjoin({ network, joinShare }: Payer): void {
    this.#joins.charge(network, -1, joinShare);
  }

  /** Takes what a request turned out to cost. */
  charge({ network, share }: Payer, price: number): void {
    this.#requests.charge(network, price, share);
  }

  /** Lets all that waits go on: the server stops. */
  clear(): void {
    this.#requests.clear();
    this.#joins.clear();
  }

  #priceOf({ price, type, bytes, listeners }: Asked): number {
    return price + bytes * this.#limits.tokensPerByte + priceOfHearing(type, listeners);
  }
}
