// Stores bans and mutes in the database.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { plausibleTimes } from "./expiry.ts";

/** What bans and mutes have in common. Times are in milliseconds since 1970. */
interface Sanction {
  /** May be empty. */
  readonly reason: string;
  /** The name of the user who ordered it. */
  readonly by: string;
  readonly createdAt: number;
  /** When it ends, excluded; `null`: when it is lifted. */
  readonly until: number | null;
}

/** What a ban applies to. */
export type BanKind = "user" | "address";

/** A ban of a name or of an address. */
export interface Ban extends Sanction {
  readonly id: number;
  readonly kind: BanKind;
  /** The key of a name, or an address or range. */
  readonly subject: string;
  /** The subject as it is shown. */
  readonly name: string;
}

/** A mute: the user may not write. */
export interface Mute extends Sanction {
  /** The key of the name. */
  readonly key: string;
  readonly accountId: number | null;
  /** The name as it is shown. */
  readonly name: string;
}

/** A ban to create. */
export type NewBan = Omit<Ban, "id" | "createdAt"> & { readonly now: number };

/** A mute to create. */
export type NewMute = Omit<Mute, "createdAt"> & { readonly now: number };

const FAR_AHEAD_MS = 62 * 86_400_000;
const ACTIVE = "(until IS NULL OR until > ?)";

/** Reads and writes bans and mutes. Each call is one short transaction, or part of the caller's. */
export class SanctionStore {
  readonly #database: Database;
  // Prepared, because they run at every message and every login.
  readonly #findMute: StatementSync;
  readonly #findBan: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#findMute = database.sqlite.prepare(`SELECT * FROM mutes WHERE key = ? AND ${ACTIVE}`);
    this.#findBan = database.sqlite.prepare(
      `SELECT * FROM bans WHERE kind = ? AND subject = ? AND ${ACTIVE}`,
    );
  }

  /** Lists the active bans, oldest first. */
  bans(now: number): Ban[] {
    return this.#database.sqlite.prepare(`SELECT * FROM bans WHERE ${ACTIVE} ORDER BY id`)
      .all(now).map(toBan);
  }

  /** Reads the active bans one by one, newest first. */
  *newestBans(now: number): Generator<Ban> {
    const rows = this.#database.sqlite
      .prepare(`SELECT * FROM bans WHERE ${ACTIVE} ORDER BY id DESC`).iterate(now);
    for (const row of rows) yield toBan(row);
  }

  /** Counts the active bans. */
  countBans(now: number): number {
    return this.#database.sqlite.prepare(`SELECT count(*) AS n FROM bans WHERE ${ACTIVE}`)
      .get(now)!["n"] as number;
  }

  /** Bans a name or an address. Replaces an earlier ban of the same subject. */
  ban({ kind, subject, name, reason, by, now, until }: NewBan): Ban {
    // `all`, not `get`: `get` does not report a commit that fails, for example on a full disk.
    const [row] = this.#database.sqlite.prepare(
      `INSERT OR REPLACE INTO bans (kind, subject, name, reason, made_by, created_at, until)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *`,
    ).all(kind, subject, name, reason, by, now, until);
    return toBan(row!);
  }

  /** Lifts a ban. @returns Whether it existed, even if expired. */
  unban(kind: BanKind, subject: string): boolean {
    return this.#deleted("DELETE FROM bans WHERE kind = ? AND subject = ?", kind, subject);
  }

  /** Finds the active ban of a name, by its key, or of an address or range. */
  findBan(kind: BanKind, subject: string, now: number): Ban | undefined {
    const row = this.#findBan.get(kind, subject, now);
    return row === undefined ? undefined : toBan(row);
  }

  /** Finds the active ban of a name, by its key. */
  findUserBan(key: string, now: number): Ban | undefined {
    return this.findBan("user", key, now);
  }

  /** Mutes a user. Replaces an earlier mute of the same name. */
  mute({ key, accountId, name, reason, by, now, until }: NewMute): void {
    this.#database.sqlite.prepare(
      `INSERT OR REPLACE INTO mutes (key, account_id, name, reason, made_by, created_at, until)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(key, accountId, name, reason, by, now, until);
  }

  /** Lifts a mute. @returns Whether it existed, even if expired. */
  unmute(key: string): boolean {
    return this.#deleted("DELETE FROM mutes WHERE key = ?", key);
  }

  /** Finds the active mute of a name, by its key. */
  findMute(key: string, now: number): Mute | undefined {
    const row = this.#findMute.get(key, now);
    return row === undefined ? undefined : toMute(row);
  }

  /** Lists the active mutes, sorted by name. */
  mutes(now: number): Mute[] {
    return this.#database.sqlite.prepare(`SELECT * FROM mutes WHERE ${ACTIVE} ORDER BY key`)
      .all(now).map(toMute);
  }

  /**
   * Corrects the times of sanctions that a wrong clock wrote: their original duration begins now. Only times before
   * the program existed, or more than two months ahead, are certainly wrong. Call this only while the clock is
   * correct.
   *
   * @returns Whether any were corrected.
   */
  correctTimes(now: number): boolean {
    const { from } = plausibleTimes(now);
    const to = now + FAR_AHEAD_MS;
    const changes = ["bans", "mutes"].map((table) =>
      this.#database.sqlite.prepare(
        `UPDATE ${table} SET until = $now + (until - created_at), created_at = $now
          WHERE created_at < $from OR created_at > $to`,
      ).run({ now, from, to }).changes
    );
    return changes.some((count) => count > 0);
  }

  /** Deletes some expired sanctions, except those with times of a wrong clock. @returns The number deleted. */
  prune(now: number, rows: number): number {
    const { from } = plausibleTimes(now);
    const prune = (table: string, key: string) =>
      Number(
        this.#database.sqlite.prepare(
          `DELETE FROM ${table} WHERE ${key} IN
             (SELECT ${key} FROM ${table} WHERE until <= ? AND created_at >= ? LIMIT ?)`,
        ).run(now, from, rows).changes,
      );
    return prune("bans", "id") + prune("mutes", "key");
  }

  #deleted(sql: string, ...values: string[]): boolean {
    return this.#database.sqlite.prepare(sql).run(...values).changes > 0;
  }
}

function toSanction(row: Record<string, SQLOutputValue>): Sanction & { readonly name: string } {
  return {
    name: row["name"] as string,
    reason: row["reason"] as string,
    by: row["made_by"] as string,
    createdAt: row["created_at"] as number,
    until: row["until"] as number | null,
  };
}

/** Converts a row of the table to a ban. */
export function toBan(row: Record<string, SQLOutputValue>): Ban {
  return {
    id: row["id"] as number,
    kind: row["kind"] as BanKind,
    subject: row["subject"] as string,
    ...toSanction(row),
  };
}

/** Converts a row of the table to a mute. */
export function toMute(row: Record<string, SQLOutputValue>): Mute {
  return {
    key: row["key"] as string,
    accountId: row["account_id"] as number | null,
    ...toSanction(row),
  };
}
