// Slows down whoever guesses: counts failed logins for each account and address.

const FAILURES = 5;
const WINDOW_MS = 5 * 60_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 15 * 60_000;
const MAX_ENTRIES = 50_000;

interface Entry {
  /** Times of the latest failures, {@linkcode FAILURES} at most. */
  failures: number[];
  /** How often a wait was imposed; each is twice as long as the one before. */
  waits: number;
  blockedUntil: number;
  /** The attempt that runs now; the next one waits for it. */
  running: Promise<void> | undefined;
}

/** Too many failures: the attempt is not made. */
export class Throttled extends Error {
  override readonly name = "Throttled";

  /** @param retryAfter Whole seconds until an attempt is made again. */
  constructor(readonly retryAfter: number) {
    super(`expected fewer failed attempts; try again in ${retryAfter} s`);
  }
}

/**
 * Lets attempts for one account from one address through one at a time, so that guesses sent at once
 * are counted like guesses sent in turn. After 5 failures in 5 minutes an attempt is refused for 10 s;
 * each further failure, and each attempt made too early, doubles the wait, up to 15 minutes.
 */
export class Throttle {
  readonly #now: () => number;
  // In the order of last use: the oldest are forgotten first.
  readonly #entries = new Map<string, Entry>();

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Accounts and addresses that are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /**
   * Makes an attempt, unless it comes too early.
   *
   * @param account Key of the name.
   * @param address Network it comes from.
   * @param attempt Resolves to whether the password was right.
   * @throws {Throttled} without calling `attempt`.
   */
  async run(account: string, address: string, attempt: () => Promise<boolean>): Promise<boolean> {
    const entry = this.#entry(`${address} ${account}`);
    while (entry.running !== undefined) await entry.running;
    this.#refuseEarly(entry);
    const { promise, resolve } = Promise.withResolvers<void>();
    entry.running = promise;
    try {
      const right = await attempt();
      if (right) this.#clear(entry);
      else this.#countFailure(entry);
      return right;
    } finally {
      entry.running = undefined;
      resolve();
    }
  }

  #entry(key: string): Entry {
    const entry = this.#entries.get(key) ??
      { failures: [], waits: 0, blockedUntil: 0, running: undefined };
    this.#entries.delete(key);
    this.#forget();
    this.#entries.set(key, entry);
    return entry;
  }

  #refuseEarly(entry: Entry): void {
    const now = this.#now();
    if (now >= entry.blockedUntil) return;
    this.#block(entry, now);
    throw new Throttled(Math.ceil((entry.blockedUntil - now) / 1000));
  }

  #countFailure(entry: Entry): void {
    const now = this.#now();
    entry.failures = [...entry.failures.filter((time) => now - time < WINDOW_MS), now]
      .slice(-FAILURES);
    if (entry.failures.length === FAILURES) this.#block(entry, now);
    else if (entry.failures.length === 1) entry.waits = 0;
  }

  #block(entry: Entry, now: number): void {
    const wait = Math.min(FIRST_WAIT_MS * 2 ** entry.waits, LONGEST_WAIT_MS);
    entry.waits++;
    entry.blockedUntil = now + wait;
  }

  #clear(entry: Entry): void {
    entry.failures = [];
    entry.waits = 0;
    entry.blockedUntil = 0;
  }

  // Amortized: each use looks at the oldest two entries.
  #forget(): void {
    const now = this.#now();
    let looked = 0;
    for (const [key, entry] of this.#entries) {
      if (entry.running !== undefined || ++looked > 2) return;
      const last = entry.failures.at(-1) ?? 0;
      const expired = now - last >= WINDOW_MS && now >= entry.blockedUntil;
      if (!expired && this.#entries.size <= MAX_ENTRIES) return;
      this.#entries.delete(key);
    }
  }
}
