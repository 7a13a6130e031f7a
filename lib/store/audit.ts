// The audit log in the database: who did what to whom, when, and from where.
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { nameKey } from "../protocol/names.ts";
import type { Database } from "./database.ts";
import { lastExpired } from "./expiry.ts";

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
    this.#database.sqlite.prepare(
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
  }

  /** Reads entries, newest first. */
  list({ limit, before, actor, target, user, action }: AuditFilter): AuditEntry[] {
    const conditions = ["1"];
    const values: SQLInputValue[] = [];
    if (before !== undefined) {
      conditions.push("id < ?");
      values.push(before);
    }
    if (action !== undefined) {
      conditions.push("action = ?");
      values.push(action);
    }
    const rows = this.#database.sqlite.prepare(
      `SELECT * FROM audit WHERE ${conditions.join(" AND ")} ORDER BY id DESC`,
    ).iterate(...values);
    const [isActor, isTarget, isUser] = [actor, target, user].map(sameName);
    const entries: AuditEntry[] = [];
    for (const entry of rows.map(toEntry)) {
      if (entries.length >= limit) break;
      if (!isActor!(entry.actor) || !isTarget!(entry.target)) continue;
      if (isUser!(entry.actor) || isUser!(entry.target)) entries.push(entry);
    }
    return entries;
  }

  /** Forgets the oldest entries from before a time. @param now The time by a right clock. */
  prune(before: number, now?: number): void {
    const { sqlite } = this.#database;
    for (;;) {
      const last = lastExpired(sqlite, "audit", { before, now, most: PRUNED_AT_ONCE });
      if (last === undefined) return;
      sqlite.prepare("DELETE FROM audit WHERE id <= ?").run(last);
    }
  }
}

const PRUNED_AT_ONCE = 500;

/** Whether a name is the wanted one; whatever it is, where none is wanted. */
function sameName(wanted: string | undefined): (name: string | null) => boolean {
  if (wanted === undefined) return () => true;
  const key = nameKey(wanted);
  return (name) => name !== null && nameKey(name) === key;
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
