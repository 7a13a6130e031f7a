// Slows down password guessing: per account and network, and per network for all accounts together.
import { AttemptTurns } from "./attempt_turns.ts";
import { attemptKey, DAY_FAILURES } from "./failed_logins.ts";
import { GuessCounts, type TellCounted } from "./guess_counts.ts";
import { Abandoned, type Requester } from "./requester.ts";
import { Throttled } from "./throttled.ts";

export { Throttled } from "./throttled.ts";

/** The time and timers. Tests pass their own. */
export interface ThrottleClock {
  /** Returns milliseconds. */
  readonly now: () => number;
  /** Runs a function after a delay in milliseconds. @returns A function that cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** A login attempt. */
export interface Attempt {
  /** The key of the account's name. */
  readonly account: string;
  readonly requester: Requester;
  /** Whether the account has recently logged in from this network. The owner may then be connecting. */
  readonly known: boolean;
}

/** Options of a throttle. */
export interface ThrottleOptions {
  readonly clock: ThrottleClock;
  /** Called once a day, when too many attempts at an account fail from a network where its owner logs in. */
  readonly guessed?: (account: string, network: string, failures: number) => void;
  /** The counts. They may be older than this throttle. By default it begins with none. */
  readonly counts?: GuessCounts | undefined;
  /** Called with all that is counted, for other nodes of a cluster. */
  readonly counted?: TellCounted | undefined;
}

/** The maximum number of delayed attempts per network. */
const MAX_DELAYED = 1000;

interface Delayed {
  readonly requester: Requester;
  readonly end: (error?: Error) => void;
}

/**
 * Runs or rejects attempts. Only attempts that are made and fail increase a wait.
 *
 * - Per account and network: after 5 failures in 5 minutes, attempts are rejected for 10 s. Each further failure
 *   doubles the wait, up to 15 minutes. If the account has recently logged in from the network, the wait is at most
 *   one minute, until 50 failures in a day.
 * - Per network: after 100 failures, of which 10 are forgotten each minute, attempts are delayed to 10 per minute;
 *   see {@linkcode NetworkPace}. Owners whose last attempt did not fail are not delayed.
 */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #counts: GuessCounts;
  readonly #counted: TellCounted;
  readonly #turns = new AttemptTurns();
  readonly #delayed = new Map<string, Set<Delayed>>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
    this.#counts = options.counts ?? new GuessCounts(options.clock.now);
    this.#counted = options.counted ?? (() => {});
  }

  /** The number of accounts, networks and pairs of them in memory. */
  get size(): number {
    return this.#counts.size;
  }

  /**
   * Runs an attempt, possibly after a delay. Rejects it if it comes too early.
   *
   * @param check Resolves to whether the password was correct.
   * @throws {Throttled} Without calling `check`.
   * @throws {Abandoned} If the connection closes before its turn.
   * @throws {PoolBusy} If too many attempts wait.
   */
  async run(attempt: Attempt, check: () => Promise<boolean>): Promise<boolean> {
    const { account, requester, known } = attempt;
    const { network } = requester;
    const key = attemptKey(account, network);
    this.#refuseEarly(key);
    const isOwner = known && !this.#counts.failed.hasFailed(key);
    const place = isOwner ? undefined : this.#counts.pace.take(network, known);
    let failed = false;
    try {
      if (place !== undefined && place.delay > 0) await this.#delay(place.delay, requester);
      return await this.#turns.run(key, requester, async () => {
        this.#refuseEarly(key);
        const right = await check();
        if (right) {
          this.#counts.right({ account, network }, this.#counted);
        } else {
          failed = true;
          this.#fail(attempt);
        }
        return right;
      });
    } finally {
      if (!failed) place?.giveBack();
    }
  }

  /** Ends the waits of an account, because it has a new password. */
  forgive(account: string): void {
    this.#counts.forgive(account, this.#counted);
  }

  /** Ends all delays. Each delayed attempt fails with {@linkcode Abandoned}. */
  close(): void {
    for (const delayed of this.#delayed.values()) {
      for (const { end } of delayed) end(new Abandoned());
    }
  }

  #refuseEarly(key: string): void {
    const wait = this.#counts.failed.wait(key);
    if (wait > 0) throw new Throttled(Math.ceil(wait / 1000));
  }

  #fail({ account, requester: { network }, known }: Attempt): void {
    const failures = this.#counts.wrong({ account, network }, known, this.#counted);
    if (known && failures === DAY_FAILURES) this.#options.guessed?.(account, network, failures);
  }

  #delay(milliseconds: number, requester: Requester): Promise<void> {
    const { network } = requester;
    const delayed = this.#delayed.get(network) ?? new Set();
    if (delayed.size >= MAX_DELAYED) endGone(delayed);
    if (delayed.size >= MAX_DELAYED) throw new Throttled(Math.ceil(milliseconds / 1000));
    this.#delayed.set(network, delayed);
    return new Promise((resolve, reject) => {
      const cancel = this.#options.clock.after(milliseconds, () => one.end());
      const one: Delayed = {
        requester,
        end: (error) => {
          cancel();
          delayed.delete(one);
          if (delayed.size === 0) this.#delayed.delete(network);
          if (error !== undefined) reject(error);
          else if (requester.presence() !== "connected") reject(new Abandoned());
          else resolve();
        },
      };
      delayed.add(one);
    });
  }
}

function endGone(delayed: Set<Delayed>): void {
  for (const { requester, end } of delayed) {
    if (requester.presence() !== "connected") end(new Abandoned());
  }
}
