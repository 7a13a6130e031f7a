// Stores the audit log in the database: actor, action, target, time and address.
import type { SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { nameKey } from "../protocol/names.ts";
import type { Database } from "./database.ts";
import { lastExpired } from "./expiry.ts";
import { transact } from "./transaction.ts";

/** One entry of the audit log. */
export interface AuditEntry {
  readonly id: number;
  /** In milliseconds since 1970. */
  readonly at: number;
  /** The name of the user who acted, or `operator:` and the name of a user of the machine. */
  readonly actor: string;
  readonly actorAccount: number | null;
  /** The action, such as `kick`. */
  readonly action: string;
  /** The user or thing that the action affected. */
  readonly target: string | null;
  readonly channel: string | null;
  /** The reason, the end time and similar details, for people; may be empty. */
  readonly detail: string;
  /** The address of the actor; empty for the machine itself. */
  readonly address: string;
}

/** An entry to append. */
export type NewAuditEntry = Omit<AuditEntry, "id">;

/** Selects the entries to read. */
export interface AuditFilter {
  /** The maximum number of entries. */
  readonly limit: number;
  /** Only entries with a smaller id. */
  readonly before?: number;
  /** The name of the actor, in any spelling. */
  readonly actor?: string;
  /** The name of the target, in any spelling. */
  readonly target?: string;
  /** The name of the actor or the target, in any spelling. */
  readonly user?: string;
  readonly action?: string;
}

/** Appends and reads the audit log. */
export class AuditStore {
  readonly #database: Database;
  // Prepared, because one request may append hundreds of entries.
  readonly #entry: StatementSync;
  readonly #name: StatementSync;
  readonly #newest: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#entry = database.sqlite.prepare(
      `INSERT INTO audit (at, actor, actor_account, action, target, channel, detail, address)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#name = database.sqlite.prepare(
      "INSERT INTO audit_names (key, part, entry_id) VALUES (?, ?, ?)",
    );
    this.#newest = database.sqlite.prepare(
      "SELECT id, at FROM audit WHERE action = ? ORDER BY id DESC LIMIT 1",
    );
  }

  /** Appends an entry; if the caller has a transaction open, as part of it. */
  append(entry: NewAuditEntry): void {
    transact(this.#database, () => {
      const { lastInsertRowid: id } = this.#entry.run(
        entry.at,
        entry.actor,
        entry.actorAccount,
        entry.action,
        entry.target,
        entry.channel,
        entry.detail,
        entry.address,
      );
      this.#name.run(nameKey(entry.actor), "actor", id);
      if (entry.target !== null) this.#name.run(nameKey(entry.target), "target", id);
    });
  }

  /** Reads entries one by one, newest first. */
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

  /** Returns the newest entry of an action. */
  newest(action: string): Pick<AuditEntry, "id" | "at"> | undefined {
    const row = this.#newest.get(action);
    return row && { id: row["id"] as number, at: row["at"] as number };
  }

  /** Reads entries into a list, newest first. */
  list(filter: AuditFilter): AuditEntry[] {
    return [...this.read(filter)];
  }

  /**
   * Deletes the oldest entries that are older than `before`.
   *
   * @param rows The maximum number of entries to delete.
   * @param now The present time of a correct clock; see {@linkcode lastExpired}.
   * @returns The number of entries deleted.
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
