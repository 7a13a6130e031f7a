// Slows down logins from a network with many failures, because an attacker may try a few passwords on all accounts.
// It delays attempts, and rejects them only if the delay would be long.
import { Throttled } from "./throttled.ts";

// Behind one address, thirty users of a class may mistype three times in a morning, or a tenth of a school of a
// thousand may mistype once. Neither is slowed down. After the first hundred failures, guesses run at 10 per minute,
// while the hashes alone would allow 2,000.
const FREE_FAILURES = 100;
/** The time after which one failure is forgotten. A slowed network may make one attempt in this time. */
const PACE_MS = 6_000;
/** The network is slowed until this many failures are left. */
const CALM_FAILURES = FREE_FAILURES / 2;
/** The maximum count, so that a network is calm a quarter of an hour after the last guess. */
const MOST_FAILURES = 2 * FREE_FAILURES;
/** The maximum delay of an attempt. */
const LONGEST_DELAY_MS = 60_000;
const MAX_NETWORKS = 10_000;

/** The time slot of an attempt. */
export interface Place {
  /** Milliseconds until the attempt may run. */
  readonly delay: number;
  /** Call this if the attempt succeeded or was not made. The next attempt then runs earlier. */
  readonly giveBack: () => void;
}

interface Pace {
  failures: number;
  /** When `failures` was computed. */
  at: number;
  slowed: boolean;
  /** When the next attempt may run. */
  nextAt: number;
}

/** Counts the failures of each network. */
export class NetworkPace {
  readonly #now: () => number;
  // In the order of the last failure. The oldest entries are deleted first.
  readonly #paces = new Map<string, Pace>();

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The number of networks in memory. */
  get size(): number {
    return this.#paces.size;
  }

  /**
   * Takes the network's next time slot for an attempt.
   *
   * @param known Whether the owner of the account may be connecting. The attempt is then never rejected.
   * @throws {Throttled} If the delay would exceed one minute.
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

  // Amortized: each failure looks at the two oldest entries.
  #forget(): void {
    let looked = 0;
    for (const [network, pace] of this.#paces) {
      const isNeeded = this.#settle(pace).failures > 0 && this.#paces.size < MAX_NETWORKS;
      if (isNeeded || ++looked > 2) return;
      this.#paces.delete(network);
    }
  }
}
