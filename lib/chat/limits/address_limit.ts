// Limits the requests and joins of all connections of one address together. Limits on single connections cannot.
import { priceOfHearing } from "./cost.ts";
import type { RateLimits } from "./rate_limit.ts";
import type { RequestType } from "../../protocol/request.ts";
import { type BucketClock, type Share, SharedBuckets } from "./shared_buckets.ts";

/** The limits of an address; a rate of 0 means no limit. */
export interface AddressLimits {
  /** Tokens for requests, at the prices of `cost.ts`. */
  readonly requests: RateLimits;
  /** Joins. Everyone receives a line for each join, and later for the leave. */
  readonly joins: RateLimits;
  /** Tokens for each byte that arrives. */
  readonly tokensPerByte: number;
}

/** What the limit needs to know about a connection. */
export interface Payer {
  /** The network that the connection counts under. */
  readonly network: string;
  /** What the connection has used of the requests of its address. */
  readonly share: Share;
  /** What the connection has used of the joins of its address. */
  readonly joinShare: Share;
}

/** What the limit needs to know about a request. */
export interface Asked {
  /** Its price; see {@linkcode priceOf}. */
  readonly price: number;
  readonly type: RequestType | undefined;
  /** The length of its line in bytes. */
  readonly bytes: number;
  /** How many connections may receive what it causes. */
  readonly listeners: number;
}

/** Makes requests wait, in turn, if their address has sent too many. It never rejects a request. */
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

  /** Takes the price of a request. @returns A promise if the request has to wait. */
  ask({ network, share }: Payer, asked: Asked): Promise<void> | undefined {
    return this.#requests.take(network, this.#priceOf(asked), share);
  }

  /** Takes the price of a line that is rejected at once. */
  askInVain({ network, share }: Payer, asked: Asked): void {
    this.#requests.charge(network, this.#priceOf(asked), share);
  }

  /** Takes the price of a join. @returns A promise if the join has to wait. */
  join({ network, joinShare }: Payer): Promise<void> | undefined {
    return this.#joins.take(network, 1, joinShare);
  }

  /** Returns the price of a join that did not take place. */
  unjoin({ network, joinShare }: Payer): void {
    this.#joins.charge(network, -1, joinShare);
  }

  /** Takes the rest of the price of a request, once it is known. */
  charge({ network, share }: Payer, price: number): void {
    this.#requests.charge(network, price, share);
  }

  /** Lets all waiting requests go on, because the server is shutting down. */
  clear(): void {
    this.#requests.clear();
    this.#joins.clear();
  }

  #priceOf({ price, type, bytes, listeners }: Asked): number {
    return price + bytes * this.#limits.tokensPerByte + priceOfHearing(type, listeners);
  }
}
