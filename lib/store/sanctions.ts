// Bans and mutes in the database.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { plausibleTimes } from "./expiry.ts";

/** Why, by whom and until when somebody is kept out or silent. Times in milliseconds since 1970. */
interface Sanction {
  /** Empty where none was given. */
  readonly reason: string;
  /** Who ordered it, by name. */
  readonly by: string;
  readonly createdAt: number;
  /** The first moment in which it counts no more, or `null`: until it is lifted. */
  readonly until: number | null;
}

/** What can be banned. */
export type BanKind = "user" | "address";

/** Somebody, or somewhere, that is kept out. */
export interface Ban extends Sanction {
  readonly id: number;
  readonly kind: BanKind;
  /** The key of a name, or an address or range. */
  readonly subject: string;
  /** The subject as it is shown. */
  readonly name: string;
}

/** Somebody who may not write. */
export interface Mute extends Sanction {
  /** The key of the name. */
  readonly key: string;
  readonly accountId: number | null;
  /** The name as it is shown. */
  readonly name: string;
}

/** A ban to be made. */
export type NewBan = Omit<Ban, "id" | "createdAt"> & { readonly now: number };

/** A mute to be made. */
export type NewMute = Omit<Mute, "createdAt"> & { readonly now: number };

const FAR_AHEAD_MS = 62 * 86_400_000;
const ACTIVE = "(until IS NULL OR until > ?)";

/** Reads and writes bans and mutes. Every call is one short transaction, or part of the caller's. */
export class SanctionStore {
  readonly #database: Database;
  // Asked at every message and every login.
  readonly #findMute: StatementSync;
  readonly #findBan: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#findMute = database.sqlite.prepare(`SELECT * FROM mutes WHERE key = ? AND ${ACTIVE}`);
    this.#findBan = database.sqlite.prepare(
      `SELECT * FROM bans WHERE kind = ? AND subject = ? AND ${ACTIVE}`,
    );
  }

  /** The bans in force, oldest first. */
  bans(now: number): Ban[] {
    return this.#database.sqlite.prepare(`SELECT * FROM bans WHERE ${ACTIVE} ORDER BY id`)
      .all(now).map(toBan);
  }

  /** The bans in force, newest first, one by one. */
  *newestBans(now: number): Generator<Ban> {
    const rows = this.#database.sqlite
      .prepare(`SELECT * FROM bans WHERE ${ACTIVE} ORDER BY id DESC`).iterate(now);
    for (const row of rows) yield toBan(row);
  }

  /** How many bans are in force. */
  countBans(now: number): number {
    return this.#database.sqlite.prepare(`SELECT count(*) AS n FROM bans WHERE ${ACTIVE}`)
      .get(now)!["n"] as number;
  }

  /** Bans somebody or an address, in the place of an earlier ban of the same. */
  ban({ kind, subject, name, reason, by, now, until }: NewBan): Ban {
    // `all`, not `get`: that does not see a commit fail, as on a full disk.
    const [row] = this.#database.sqlite.prepare(
      `INSERT OR REPLACE INTO bans (kind, subject, name, reason, made_by, created_at, until)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *`,
    ).all(kind, subject, name, reason, by, now, until);
    return toBan(row!);
  }

  /** Lifts a ban. @returns Whether there was one, expired ones included. */
  unban(kind: BanKind, subject: string): boolean {
    return this.#deleted("DELETE FROM bans WHERE kind = ? AND subject = ?", kind, subject);
  }

  /** The ban in force of a name, by its key, or of an address or range. */
  findBan(kind: BanKind, subject: string, now: number): Ban | undefined {
    const row = this.#findBan.get(kind, subject, now);
    return row === undefined ? undefined : toBan(row);
  }

  /** The ban in force of a name, by its key. */
  findUserBan(key: string, now: number): Ban | undefined {
    return this.findBan("user", key, now);
  }

  /** Mutes somebody, in the place of an earlier mute of the same name. */
  mute({ key, accountId, name, reason, by, now, until }: NewMute): void {
    this.#database.sqlite.prepare(
      `INSERT OR REPLACE INTO mutes (key, account_id, name, reason, made_by, created_at, until)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    ).run(key, accountId, name, reason, by, now, until);
  }

  /** Lets somebody write again. @returns Whether there was a mute, expired ones included. */
  unmute(key: string): boolean {
    return this.#deleted("DELETE FROM mutes WHERE key = ?", key);
  }

  /** The mute in force of a name. */
  findMute(key: string, now: number): Mute | undefined {
    const row = this.#findMute.get(key, now);
    return row === undefined ? undefined : toMute(row);
  }

  /** The mutes in force, in the order of names. */
  mutes(now: number): Mute[] {
    return this.#database.sqlite.prepare(`SELECT * FROM mutes WHERE ${ACTIVE} ORDER BY key`)
      .all(now).map(toMute);
  }

  /**
   * Sets right the times of sanctions that a wrong clock made: they last from now on as long as they were
   * meant to. Only times before the program existed or more than two months ahead are wrong for certain. To be
   * called only while the clock is right.
   *
   * @returns Whether there were any.
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

  /** Forgets some that have expired, except if a wrong clock wrote their times. @returns How many. */
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

/** A row of the table as a ban. */
export function toBan(row: Record<string, SQLOutputValue>): Ban {
  return {
    id: row["id"] as number,
    kind: row["kind"] as BanKind,
    subject: row["subject"] as string,
    ...toSanction(row),
  };
}

/** A row of the table as a mute. */
export function toMute(row: Record<string, SQLOutputValue>): Mute {
  return {
    key: row["key"] as string,
    accountId: row["account_id"] as number | null,
    ...toSanction(row),
  };
}
