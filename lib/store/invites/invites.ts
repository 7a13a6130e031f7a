// Stores invitations and counts their uses.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Database } from "../database.ts";

/** How many days an invitation is listed after its end. */
export const INVITE_DAYS = 30;

const DAY_MS = 86_400_000;

/** One invitation. Times are in milliseconds since 1970. */
export interface Invite {
  readonly id: number;
  /** The code without separators. */
  readonly code: string;
  /** The channel that it admits to, or `null`. */
  readonly channel: string | null;
  /** Whether an account can be registered with it. Guests can join with every invitation. */
  readonly registers: boolean;
  readonly usesMax: number;
  readonly uses: number;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | null;
}

/** The values of a new invitation. */
export type NewInvite = Omit<Invite, "uses" | "revokedAt">;

/** Whether an invitation can still be used, or why not. */
export type InviteState = "open" | "used" | "expired" | "revoked";

/** Returns the state of an invitation. */
export function stateOf(
  { uses, usesMax, expiresAt, revokedAt }: Pick<
    Invite,
    "uses" | "usesMax" | "expiresAt" | "revokedAt"
  >,
  now: number,
): InviteState {
  if (revokedAt !== null) return "revoked";
  if (uses >= usesMax) return "used";
  return expiresAt <= now ? "expired" : "open";
}

const IS_OPEN = "revoked_at IS NULL AND uses < uses_max AND expires_at > ?";

/** Reads and writes invitations. Each call is one short transaction, or part of the caller's. */
export class InviteStore {
  readonly #database: Database;
  readonly #byCode: StatementSync;
  readonly #byId: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#byCode = database.sqlite.prepare("SELECT * FROM invites WHERE code = ?");
    this.#byId = database.sqlite.prepare("SELECT * FROM invites WHERE id = ?");
  }

  /** Returns the id that the next invitation gets. */
  nextId(): number {
    const [row] = this.#all("SELECT seq FROM sqlite_sequence WHERE name = 'invites'");
    return (row?.["seq"] as number | undefined ?? 0) + 1;
  }

  /** Stores an invitation. */
  create(invite: NewInvite): Invite {
    const { id, code, channel, registers, usesMax, createdBy, createdAt, expiresAt } = invite;
    const [row] = this.#all(
      `INSERT INTO invites
         (id, code, channel, registers, uses_max, created_by, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`,
      ...[id, code, channel, Number(registers), usesMax, createdBy, createdAt, expiresAt],
    );
    return toInvite(row!);
  }

  /** Finds an invitation by its code without separators, in any state. */
  findByCode(code: string): Invite | undefined {
    const row = this.#byCode.get(code);
    return row === undefined ? undefined : toInvite(row);
  }

  /** Finds an invitation by its id, in any state. */
  find(id: number): Invite | undefined {
    const row = this.#byId.get(id);
    return row === undefined ? undefined : toInvite(row);
  }

  /** Counts one use, unless the invitation has no use left, has expired or is revoked. @returns Whether it counted. */
  use(id: number, now: number): boolean {
    return this.#run(`UPDATE invites SET uses = uses + 1 WHERE id = ? AND ${IS_OPEN}`, id, now) > 0;
  }

  /** Counts the invitations that can be used. */
  countOpen(now: number): number {
    return this.#all(`SELECT count(*) AS n FROM invites WHERE ${IS_OPEN}`, now)[0]!["n"] as number;
  }

  /** Yields all invitations, the newest first. */
  *list(): Generator<Invite> {
    const rows = this.#database.sqlite.prepare("SELECT * FROM invites ORDER BY id DESC").iterate();
    for (const row of rows) yield toInvite(row);
  }

  /** Revokes an invitation. */
  revoke(id: number, now: number): void {
    this.#run("UPDATE invites SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", now, id);
  }

  /** Revokes the invitations to a channel. */
  revokeFor(channel: string, now: number): void {
    this.#run(
      "UPDATE invites SET revoked_at = ? WHERE channel = ? AND revoked_at IS NULL",
      ...[now, channel],
    );
  }

  /**
   * Deletes invitations that expired {@linkcode INVITE_DAYS} ago.
   *
   * @param most The maximum number to delete.
   * @returns The number deleted.
   */
  prune(now: number, most: number): number {
    return this.#run(
      "DELETE FROM invites WHERE id IN (SELECT id FROM invites WHERE expires_at <= ? LIMIT ?)",
      ...[now - INVITE_DAYS * DAY_MS, most],
    );
  }

  #all(sql: string, ...values: (string | number | null)[]): Record<string, SQLOutputValue>[] {
    return this.#database.sqlite.prepare(sql).all(...values);
  }

  #run(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.sqlite.prepare(sql).run(...values).changes);
  }
}

function toInvite(row: Record<string, SQLOutputValue>): Invite {
  return {
    id: row["id"] as number,
    code: row["code"] as string,
    channel: row["channel"] as string | null,
    registers: row["registers"] === 1,
    usesMax: row["uses_max"] as number,
    uses: row["uses"] as number,
    createdBy: row["created_by"] as string,
    createdAt: row["created_at"] as number,
    expiresAt: row["expires_at"] as number,
    revokedAt: row["revoked_at"] as number | null,
  };
}
