// Stores who was online from when to when. Times are in milliseconds since 1970.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Database } from "../database.ts";
import { transact } from "../transaction.ts";

/** A user who comes back within this time continues the visit before, so that a lost connection makes no gap. */
export const BREAK_MS = 60_000;
/** A longer visit is stored in parts, so that a search for a period need not look further back than two days. */
export const PART_MS = 24 * 3_600_000;

/** The user of a visit: an account, or a guest by name. */
export type Visitor =
  | { readonly accountId: number; readonly guest: null }
  | { readonly accountId: null; readonly guest: string };

/** A visit, or a part of one. */
export interface StoredVisit {
  readonly startedAt: number;
  /** `null` while the user is online. */
  readonly endedAt: number | null;
}

/** A visit with its user. */
export interface VisitOf extends StoredVisit {
  readonly id: number;
  /** The name of the account or of the guest. */
  readonly name: string;
  readonly isGuest: boolean;
}

/** A period: from `from`, included, to `to`, excluded. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** The place of a visit in the order of {@linkcode VisitStore.page}. */
export interface VisitPlace {
  readonly startedAt: number;
  readonly id: number;
}

/** Reads and writes visits. Each call is one short transaction. */
export class VisitStore {
  readonly #database: Database;
  readonly #end: StatementSync;
  readonly #ofAccount: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#end = database.sqlite.prepare(
      "UPDATE visits SET ended_at = max(started_at, ?) WHERE id = ?",
    );
    this.#ofAccount = database.sqlite.prepare(
      `SELECT started_at, ended_at FROM visits
        WHERE account_id = ? AND started_at >= ? AND started_at < ?
          AND (ended_at IS NULL OR ended_at > ?)
        ORDER BY started_at LIMIT ?`,
    );
  }

  /**
   * Begins a visit, or continues the visit that ended less than {@linkcode BREAK_MS} ago.
   *
   * @returns The visit; `undefined` if the account no longer exists.
   */
  begin(visitor: Visitor, now: number): VisitPlace | undefined {
    return transact(this.#database, () => this.#resume(visitor, now) ?? this.#insert(visitor, now));
  }

  /** Ends a visit. Nothing happens if it no longer exists. */
  end(id: number, now: number): void {
    this.#end.run(now, id);
  }

  /** Ends a visit and begins another part of it at the same time. */
  split(id: number, visitor: Visitor, now: number): VisitPlace | undefined {
    return transact(this.#database, () => {
      this.end(id, now);
      return this.#insert(visitor, now);
    });
  }

  /** Ends all visits. */
  endAll(now: number): void {
    this.#database.sqlite.prepare(
      "UPDATE visits SET ended_at = max(started_at, ?) WHERE ended_at IS NULL",
    ).run(now);
  }

  /**
   * Ends the visits that a server left open which did not stop properly, at the time when it last ran.
   *
   * @param except The ids of visits that go on.
   */
  endForgotten(except: readonly number[] = []): void {
    this.#database.sqlite.prepare(
      `UPDATE visits
          SET ended_at = max(started_at, coalesce((SELECT alive_at FROM state), started_at))
        WHERE ended_at IS NULL AND id NOT IN (SELECT value FROM json_each(?))`,
    ).run(JSON.stringify(except));
  }

  /** Returns the visit that another server left open. Nothing is written. */
  findOpen(visitor: Visitor, now: number): VisitPlace | undefined {
    const [column, value] = columnOf(visitor);
    const row = this.#database.sqlite.prepare(
      `SELECT id, started_at FROM visits
        WHERE ${column} = ? AND started_at > ? AND ended_at IS NULL
        ORDER BY started_at DESC LIMIT 1`,
    ).get(value, now - LOOK_BACK_MS);
    return row && toPlace(row);
  }

  /** Notes that the server runs. */
  alive(now: number): void {
    this.#database.sqlite.prepare("UPDATE state SET alive_at = ?").run(now);
  }

  /** Lists the visits of an account in a period, the earliest first. @param most The maximum number. */
  ofAccount(accountId: number, { from, to }: Period, most: number): StoredVisit[] {
    return this.#ofAccount.all(accountId, from - LOOK_BACK_MS, to, from, most).map(toVisit);
  }

  /** Lists all visits of an account, the earliest first. */
  allOf(accountId: number): StoredVisit[] {
    return this.#database.sqlite.prepare(
      "SELECT started_at, ended_at FROM visits WHERE account_id = ? ORDER BY started_at",
    ).all(accountId).map(toVisit);
  }

  /**
   * Reads the visits of all users in a period in the order of their beginning, in pages.
   *
   * @param after The last place of the page before.
   * @param most The maximum number of rows to look at.
   * @returns The visits, and the last place; `undefined` at the end.
   */
  page(
    { from, to }: Period,
    after: VisitPlace | undefined,
    most: number,
  ): { readonly visits: readonly VisitOf[]; readonly last: VisitPlace | undefined } {
    const { startedAt, id } = after ?? { startedAt: from - LOOK_BACK_MS, id: -1 };
    const rows = this.#database.sqlite.prepare(
      `SELECT visits.id, started_at, ended_at, guest, name
         FROM visits LEFT JOIN accounts ON accounts.id = account_id
        WHERE (started_at, visits.id) > (?, ?) AND started_at < ?
        ORDER BY started_at, visits.id LIMIT ?`,
    ).all(startedAt, id, to, most);
    const visits = rows.map(toVisitOf);
    return {
      visits: visits.filter(({ endedAt }) => endedAt === null || endedAt > from),
      last: rows.length < most ? undefined : visits.at(-1),
    };
  }

  /** Deletes visits that ended before a time. @param most The maximum number. @returns The number deleted. */
  prune(before: number, most: number): number {
    return Number(
      this.#database.sqlite.prepare(
        `DELETE FROM visits WHERE id IN (
           SELECT id FROM visits WHERE started_at < ? AND ended_at < ? LIMIT ?)`,
      ).run(before, before, most).changes,
    );
  }

  #resume(visitor: Visitor, now: number): VisitPlace | undefined {
    const [column, value] = columnOf(visitor);
    const [row] = this.#database.sqlite.prepare(
      `UPDATE visits SET ended_at = NULL
        WHERE id = (SELECT id FROM visits WHERE ${column} = ? AND started_at > ?
                     ORDER BY started_at DESC LIMIT 1)
          AND ended_at BETWEEN ? AND ? RETURNING id, started_at`,
    ).all(value, now - PART_MS, now - BREAK_MS, now);
    return row && toPlace(row);
  }

  #insert({ accountId, guest }: Visitor, now: number): VisitPlace | undefined {
    const [row] = this.#database.sqlite.prepare(
      `INSERT INTO visits (account_id, guest, started_at)
       SELECT ?, ?, ? WHERE ? IS NULL OR EXISTS (SELECT 1 FROM accounts WHERE id = ?)
       RETURNING id, started_at`,
    ).all(accountId, guest, now, accountId, accountId);
    return row && toPlace(row);
  }
}

// Twice the length of a part: parts end some minutes late, and the clock may be adjusted.
const LOOK_BACK_MS = 2 * PART_MS;

function columnOf({ accountId, guest }: Visitor): [column: string, value: string | number] {
  return accountId === null ? ["guest", guest] : ["account_id", accountId];
}

function toPlace(row: Record<string, SQLOutputValue>): VisitPlace {
  return { id: row["id"] as number, startedAt: row["started_at"] as number };
}

function toVisit(row: Record<string, SQLOutputValue>): StoredVisit {
  return { startedAt: row["started_at"] as number, endedAt: row["ended_at"] as number | null };
}

function toVisitOf(row: Record<string, SQLOutputValue>): VisitOf {
  const guest = row["guest"] as string | null;
  return {
    ...toVisit(row),
    id: row["id"] as number,
    name: guest ?? row["name"] as string,
    isGuest: guest !== null,
  };
}
