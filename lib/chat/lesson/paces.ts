// Limits how often the users do something that staff is told of: each user, and all users of an address together.
import { RateLimit, type RateLimits, type RateVerdict } from "../limits/rate_limit.ts";
import type { Session } from "../presence/session.ts";

/** The maximum number of buckets of each kind. One more replaces the one that was used the longest time ago. */
const BUCKETS = 10_000;

/** The limits of one user, and of all users of an address. */
export interface PaceLimits {
  readonly user: RateLimits;
  readonly network: RateLimits;
}

/** The token buckets of users and of addresses. */
export class Paces {
  readonly #limits: PaceLimits;
  readonly #now: () => number;
  // In the order of the last use.
  readonly #users = new Map<string, RateLimit>();
  readonly #networks = new Map<string, RateLimit>();

  /** @param now A clock in milliseconds that only goes forward. */
  constructor(limits: PaceLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Takes a token of the user of a connection and, if there is one, a token of the address. */
  take({ user, id, network }: Session): RateVerdict {
    // A guest can change its name, but a new connection costs a join.
    const key = user?.accountId == null ? `connection ${id}` : `account ${user.accountId}`;
    const verdict = this.#take(this.#users, key, this.#limits.user);
    return verdict.allowed ? this.#take(this.#networks, network, this.#limits.network) : verdict;
  }

  #take(buckets: Map<string, RateLimit>, key: string, limits: RateLimits): RateVerdict {
    const now = this.#now();
    const bucket = buckets.get(key) ?? new RateLimit(limits, now);
    buckets.delete(key);
    buckets.set(key, bucket);
    if (buckets.size > BUCKETS) buckets.delete(buckets.keys().next().value!);
    return bucket.take(now);
  }
}
