// The audit log in the database: who did what to whom, when, and from where.
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { nameKey } from "../protocol/names.ts";
import type { Database } from "./database.ts";
import { lastExpired } from "./expiry.ts";
import { transact } from "./transaction.ts";

/** One act. */
export interface AuditEntry {
  readonly id: number;
  /** When, in milliseconds since 1970. */
  readonly at: number;
  /** Who: the name of a user, or `operator:` and a user of the machine. */
  readonly actor: string;
  readonly actorAccount: number | null;
  /** What, such as `kick`. */
  readonly action: string;
  /** Whom, or what. */
  readonly target: string | null;
  readonly channel: string | null;
  /** Reason, until when and the like, for people; empty where there is nothing to say. */
  readonly detail: string;
  /** From where: an address, or empty for the machine itself. */
  readonly address: string;
}

/** An act to be noted. */
export type NewAuditEntry = Omit<AuditEntry, "id">;

/** Which entries to read. */
export interface AuditFilter {
  /** How many at most. */
  readonly limit: number;
  /** Only entries with a smaller id. */
  readonly before?: number;
  /** The name of who acted, in any spelling. */
  readonly actor?: string;
  /** The name of whom it was done to, in any spelling. */
  readonly target?: string;
  /** The name of who acted or whom it was done to. */
  readonly user?: string;
  readonly action?: string;
}

/** Appends and reads the audit log. */
export class AuditStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Notes an act: in the transaction of its effect, where the caller has one open. */
  append(entry: NewAuditEntry): void {
    const { sqlite } = this.#database;
    transact(this.#database, () => {
      const { lastInsertRowid: id } = sqlite.prepare(
        `INSERT INTO audit (at, actor, actor_account, action, target, channel, detail, address)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ).run(
        entry.at,
        entry.actor,
        entry.actorAccount,
        entry.action,
        entry.target,
        entry.channel,
        entry.detail,
        entry.address,
      );
      const name = sqlite.prepare(
        "INSERT INTO audit_names (key, part, entry_id) VALUES (?, ?, ?)",
      );
      name.run(nameKey(entry.actor), "actor", id);
      if (entry.target !== null) name.run(nameKey(entry.target), "target", id);
    });
  }

  /** Reads entries, newest first, one by one. */
  *read({ limit, before, actor, target, user, action }: AuditFilter): Generator<AuditEntry> {
    const conditions = ["1"];
    const values: SQLInputValue[] = [];
    function add(condition: string, value: SQLInputValue | undefined): void {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    }
    const named = (parts: string) =>
      `id IN (SELECT entry_id FROM audit_names WHERE key = ? AND part IN (${parts}))`;
    add("id < ?", before);
    add("action = ?", action);
    add(named("'actor'"), keyOf(actor));
    add(named("'target'"), keyOf(target));
    add(named("'actor', 'target'"), keyOf(user));
    const rows = this.#database.sqlite.prepare(
      `SELECT * FROM audit WHERE ${conditions.join(" AND ")} ORDER BY id DESC LIMIT ?`,
    ).iterate(...values, Number.isFinite(limit) ? limit : -1);
    for (const row of rows) yield toEntry(row);
  }

  /** Reads entries, newest first. */
  list(filter: AuditFilter): AuditEntry[] {
    return [...this.read(filter)];
  }

  /**
   * Forgets some of the oldest entries, those from before a time.
   *
   * @param rows How many at most.
   * @param now The time by a right clock; see {@linkcode lastExpired}.
   * @returns How many.
   */
  prune(before: number, rows: number, now?: number): number {
    const { sqlite } = this.#database;
    const last = lastExpired(sqlite, "audit", { before, now, most: rows });
    if (last === undefined) return 0;
    return Number(sqlite.prepare("DELETE FROM audit WHERE id <= ?").run(last).changes);
  }
}

function keyOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : nameKey(name);
}

function toEntry(row: Record<string, SQLOutputValue>): AuditEntry {
  return {
    id: row["id"] as number,
    at: row["at"] as number,
    actor: row["actor"] as string,
    actorAccount: row["actor_account"] as number | null,
    action: row["action"] as string,
    target: row["target"] as string | null,
    channel: row["channel"] as string | null,
    detail: row["detail"] as string,
    address: row["address"] as string,
  };
}
