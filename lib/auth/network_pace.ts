// Slows down a network from which many logins fail, whatever the accounts: somebody tries a few passwords
// on all of them. Logins from there are delayed, and refused only where the delay would be long.
import { Throttled } from "./throttled.ts";

// In a class of thirty everybody may mistype three times in one morning, and in a school of a thousand one
// in ten may once, all behind one address: none of that is slowed. Guesses come at 10 a minute once the
// first hundred are used up, where the hashes alone would allow 2,000.
const FREE_FAILURES = 100;
/** One failure is forgotten in this time, and one attempt is made in it while the network is slowed. */
const PACE_MS = 6_000;
/** The network is slowed until this many are left. */
const CALM_FAILURES = FREE_FAILURES / 2;
/** No more are counted: a quarter of an hour after the last guess the network is calm. */
const MOST_FAILURES = 2 * FREE_FAILURES;
/** Longest delay of an attempt. */
const LONGEST_DELAY_MS = 60_000;
const MAX_NETWORKS = 10_000;

/** When an attempt may be made. */
export interface Place {
  /** Milliseconds until then. */
  readonly delay: number;
  /** To be called if the attempt did not fail, or was not made: the next one comes earlier. */
  readonly giveBack: () => void;
}

interface Pace {
  failures: number;
  /** When `failures` was right. */
  at: number;
  slowed: boolean;
  /** When the next attempt may be made. */
  nextAt: number;
}

/** Counts the failures of each network. */
export class NetworkPace {
  readonly #now: () => number;
  // In the order of the last failure: the oldest are forgotten first.
  readonly #paces = new Map<string, Pace>();

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Networks that are remembered. */
  get size(): number {
    return this.#paces.size;
  }

  /**
   * Takes the network's next place for an attempt.
   *
   * @param known Whether it may be the owner of the account: then the delay is never too long.
   * @throws {Throttled} where the delay would be more than a minute.
   */
  take(network: string, known: boolean): Place {
    const pace = this.#paces.get(network);
    if (pace === undefined || !this.#settle(pace).slowed) return { delay: 0, giveBack() {} };
    const now = this.#now();
    const delay = Math.max(0, pace.nextAt - now);
    if (delay > LONGEST_DELAY_MS) {
      if (known) return { delay: LONGEST_DELAY_MS, giveBack() {} };
      throw new Throttled(Math.ceil(delay / 1000));
    }
    pace.nextAt = now + delay + PACE_MS;
    return {
      delay,
      giveBack: () => void (pace.nextAt = Math.max(this.#now(), pace.nextAt - PACE_MS)),
    };
  }

  /** Counts a failure. */
  fail(network: string): void {
    const now = this.#now();
    const pace = this.#paces.get(network) ?? { failures: 0, at: now, slowed: false, nextAt: 0 };
    this.#paces.delete(network);
    this.#forget();
    this.#paces.set(network, pace);
    this.#settle(pace);
    pace.failures = Math.min(MOST_FAILURES, pace.failures + 1);
    if (pace.failures > FREE_FAILURES) pace.slowed = true;
  }

  #settle(pace: Pace): Pace {
    const now = this.#now();
    pace.failures = Math.max(0, pace.failures - (now - pace.at) / PACE_MS);
    pace.at = now;
    if (pace.failures <= CALM_FAILURES) pace.slowed = false;
    return pace;
  }

  // Amortized: each failure looks at the oldest two.
  #forget(): void {
    let looked = 0;
    for (const [network, pace] of this.#paces) {
      const isNeeded = this.#settle(pace).failures > 0 && this.#paces.size < MAX_NETWORKS;
      if (isNeeded || ++looked > 2) return;
      this.#paces.delete(network);
    }
  }
}
