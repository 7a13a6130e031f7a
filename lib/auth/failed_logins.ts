// Counts the failed logins of each account from each network, and computes how long the next attempt must wait.
import { createHash } from "node:crypto";

// Users make up to five mistakes in a row. Each further failure doubles the wait.
const FREE_FAILURES = 5;
const WINDOW_MS = 5 * 60_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 15 * 60_000;
// From a network where the account has recently logged in, the owner may be the one who waits. The wait is at most
// one minute, until the day's number of failures shows that it is someone else.
const KNOWN_LONGEST_WAIT_MS = 60_000;
/** The number of failures per day after which a known network is treated like any other. */
export const DAY_FAILURES = 50;
const DAY_MS = 86_400_000;
/** About 8 MB. */
const MAX_ENTRIES = 20_000;
// Longer keys, which names with rare letters have, are stored as a digest.
const KEY_MAX = 64;

interface Entry {
  /** The times of the latest failures, at most {@linkcode FREE_FAILURES}. */
  recent: number[];
  /** The number of waits imposed. Each is twice as long as the one before. */
  waits: number;
  blockedUntil: number;
  /** When the day of `today` began. */
  dayBegan: number;
  /** The number of failures since then. */
  today: number;
}

/** Counts failures. An attempt that is rejected early is not counted and adds no entry. */
export class FailedLogins {
  readonly #now: () => number;
  // In the order of the last failure. The oldest entries are deleted first.
  readonly #entries = new Map<string, Entry>();

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The number of pairs of account and network in memory. */
  get size(): number {
    return this.#entries.size;
  }

  /** Returns the milliseconds until the next attempt is allowed; 0 if it is allowed now. */
  wait(key: string): number {
    return Math.max(0, (this.#entries.get(key)?.blockedUntil ?? 0) - this.#now());
  }

  /** Whether anything is counted for a pair. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Whether the latest attempt within a day failed. */
  hasFailed(key: string): boolean {
    const last = this.#entries.get(key)?.recent.at(-1);
    return last !== undefined && this.#now() - last < DAY_MS;
  }

  /** Counts a failure. @returns The number of failures today. */
  fail(key: string, known: boolean): number {
    const now = this.#now();
    const entry = this.#touch(key, now);
    if (now - entry.dayBegan >= DAY_MS) {
      entry.dayBegan = now;
      entry.today = 0;
    }
    entry.today++;
    entry.recent = [...entry.recent.filter((time) => now - time < WINDOW_MS), now]
      .slice(-FREE_FAILURES);
    if (now >= entry.blockedUntil + WINDOW_MS) entry.waits = 0;
    if (entry.today >= DAY_FAILURES) entry.blockedUntil = now + LONGEST_WAIT_MS;
    else if (entry.waits > 0 || entry.recent.length === FREE_FAILURES) block(entry, now, known);
    return entry.today;
  }

  /**
   * Resets the failures after a successful login. If a day has many, they were not the owner's and remain counted.
   */
  succeed(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    if (entry.today < FREE_FAILURES) this.#entries.delete(key);
    else Object.assign(entry, { recent: [], waits: 0, blockedUntil: 0 });
  }

  /** Ends the waits of an account from all networks, because it has a new password. The day's failures stay counted. */
  forgive(account: string): void {
    const wanted = accountPart(account);
    for (const key of this.#entries.keys()) {
      if (key.slice(key.indexOf(" ") + 1) === wanted) this.succeed(key);
    }
  }

  #touch(key: string, now: number): Entry {
    const entry = this.#entries.get(key) ??
      { recent: [], waits: 0, blockedUntil: 0, dayBegan: now, today: 0 };
    this.#entries.delete(key);
    this.#forget(now);
    this.#entries.set(key, entry);
    return entry;
  }

  // Amortized: each failure looks at the two oldest entries.
  #forget(now: number): void {
    let looked = 0;
    for (const [key, { dayBegan, recent }] of this.#entries) {
      const last = recent.at(-1) ?? dayBegan;
      const isNeeded = now - last < DAY_MS && this.#entries.size < MAX_ENTRIES;
      if (isNeeded || ++looked > 2) return;
      this.#entries.delete(key);
    }
  }
}

/** Returns the key for the attempts at an account from a network. Its length is bounded. */
export function attemptKey(account: string, network: string): string {
  return `${network} ${accountPart(account)}`;
}

function accountPart(account: string): string {
  return account.length <= KEY_MAX
    ? account
    : createHash("sha256").update(account).digest("base64");
}

function block(entry: Entry, now: number, known: boolean): void {
  const longest = known ? KNOWN_LONGEST_WAIT_MS : LONGEST_WAIT_MS;
  entry.blockedUntil = now + Math.min(FIRST_WAIT_MS * 2 ** entry.waits, longest);
  entry.waits++;
}
