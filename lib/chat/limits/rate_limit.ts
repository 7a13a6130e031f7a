// Limits the requests of one connection: a token bucket for requests, and a count of malformed lines per minute.

/** Limits on requests; a rate of 0 means no limit. */
export interface RateLimits {
  /** Tokens added each second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** Whether a request may go on and, if not, when the client may try again. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** Whole seconds until a request may succeed; 0 if this one is allowed. */
  readonly retryAfter: number;
  /** Whether refusals have gone on for so long that the connection should be closed. */
  readonly flooding: boolean;
}

const ALLOWED: RateVerdict = { allowed: true, retryAfter: 0, flooding: false };
const FLOOD_MS = 10_000;
// After this time without a refusal the client is no longer considered to be flooding.
const CALM_MS = 1_500;

/** A token bucket that remembers how long it has been rejecting requests. Times are in milliseconds. */
export class RateLimit {
  readonly #limits: RateLimits;
  #tokens: number;
  #filledAt: number;
  #floodSince = 0;
  #refusedAt = -Infinity;

  constructor(limits: RateLimits, now: number) {
    this.#limits = limits;
    this.#tokens = limits.burst;
    this.#filledAt = now;
  }

  /** Takes the price of a request if at least one token is left. A price above the tokens left becomes debt. */
  take(now: number, price = 1): RateVerdict {
    const { perSecond, burst } = this.#limits;
    if (perSecond === 0) return ALLOWED;
    // What a client sends while no node of a cluster leads was read before its bucket was made.
    const returned = Math.max(0, now - this.#filledAt) * perSecond / 1000;
    this.#tokens = Math.min(Math.max(burst, 1), this.#tokens + returned);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.charge(price);
      return ALLOWED;
    }
    if (now - this.#refusedAt > CALM_MS) this.#floodSince = now;
    this.#refusedAt = now;
    return {
      allowed: false,
      retryAfter: Math.ceil((1 - this.#tokens) / perSecond),
      flooding: now - this.#floodSince >= FLOOD_MS,
    };
  }

  /** Takes the rest of the price of a request, once it is known. The next request may have to wait for it. */
  charge(price: number): void {
    // Debt is limited to one burst, so no client waits longer than it takes to fill an empty bucket.
    this.#tokens = Math.max(-this.#limits.burst, this.#tokens - price);
  }
}

const MINUTE_MS = 60_000;

/** Counts malformed lines of one connection over the last minute. */
export class MalformedCount {
  readonly #perMinute: number;
  #times: number[] = [];

  /** @param perMinute How many are allowed; 0 means no limit. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts one malformed line at `now`, in milliseconds. Returns whether the limit is exceeded. */
  add(now: number): boolean {
    if (this.#perMinute === 0) return false;
    this.#times = this.#times.filter((time) => now - time < MINUTE_MS);
    this.#times.push(now);
    return this.#times.length > this.#perMinute;
  }
}
