// How much one connection may ask: a token bucket for requests, a window for malformed lines.

/** Bounds on requests; a rate of 0 means none. */
export interface RateLimits {
  /** Tokens that come back each second. */
  readonly perSecond: number;
  /** Tokens of a full bucket. */
  readonly burst: number;
}

/** Whether a request may go on; if not, when the next may. */
export interface RateVerdict {
  readonly allowed: boolean;
  /** Whole seconds until a request may succeed; 0 if this one may. */
  readonly retryAfter: number;
  /** Refusals have gone on for so long that the connection should be closed. */
  readonly flooding: boolean;
}

const ALLOWED: RateVerdict = { allowed: true, retryAfter: 0, flooding: false };
const FLOOD_MS = 10_000;
// A client that was refused nothing for this long has calmed down.
const CALM_MS = 1_500;

/** A token bucket that remembers how long it has been refusing. Times in milliseconds. */
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

  /** Takes the price of one request, if there is a whole token; more than is there makes debt. */
  take(now: number, price = 1): RateVerdict {
    const { perSecond, burst } = this.#limits;
    if (perSecond === 0) return ALLOWED;
    const returned = (now - this.#filledAt) * perSecond / 1000;
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

  /** Takes what a request turned out to cost beside its price: the next one may have to wait for it. */
  charge(price: number): void {
    // Debt stops at an empty bucket's worth, so that nobody waits longer than for a full one.
    this.#tokens = Math.max(-this.#limits.burst, this.#tokens - price);
  }
}

const MINUTE_MS = 60_000;

/** Counts malformed lines of one connection over the last minute. */
export class MalformedCount {
  readonly #perMinute: number;
  #times: number[] = [];

  /** @param perMinute How many are allowed; 0 means any number. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts one more, at `now` in milliseconds; returns whether it is one too many. */
  add(now: number): boolean {
    if (this.#perMinute === 0) return false;
    this.#times = this.#times.filter((time) => now - time < MINUTE_MS);
    this.#times.push(now);
    return this.#times.length > this.#perMinute;
  }
}
