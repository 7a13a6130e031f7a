// Remembers which messages users have reported, so that the same report is made once.
import type { User } from "../presence/session.ts";

/** The maximum number of reports that are remembered. */
const REMEMBERED = 10_000;

/** The reports. They are kept in memory only. */
export class Reported {
  readonly #reports = new Set<string>();

  /** Whether a user has reported a message. */
  has(user: User, id: number): boolean {
    return this.#reports.has(keyOf(user, id));
  }

  /** Notes a report. */
  add(user: User, id: number): void {
    this.#reports.add(keyOf(user, id));
    if (this.#reports.size <= REMEMBERED) return;
    const [oldest] = this.#reports;
    this.#reports.delete(oldest!);
  }
}

function keyOf({ accountId, key }: User, id: number): string {
  return accountId === null ? `${id} guest ${key}` : `${id} account ${accountId}`;
}
