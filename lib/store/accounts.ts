// Accounts in the database.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { differInScript, looksOf } from "../protocol/look_alikes.ts";
import { nameKey } from "../protocol/names.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation, NameTaken } from "./errors.ts";
import { WebSessionStore } from "./page/web_sessions.ts";
import { type Batch, changeMessages, SMALL_BATCH } from "./steps.ts";
import { transact } from "./transaction.ts";

/** What an account may be, in rising order of what it may do. */
export const ACCOUNT_ROLES = ["member", "moderator", "admin"] as const;

/** One of {@linkcode ACCOUNT_ROLES}. */
export type AccountRole = typeof ACCOUNT_ROLES[number];

/** One account. Times in milliseconds since 1970. */
export interface Account {
  readonly id: number;
  /** The name as registered. */
  readonly name: string;
  /** The name as names are compared. */
  readonly key: string;
  /** A PHC string. */
  readonly passwordHash: string;
  readonly role: AccountRole;
  /** Since when it cannot log in, or `null`. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly lastLoginAt: number | null;
}

/** What a new account is made from. */
export interface NewAccount {
  readonly name: string;
  readonly key: string;
  readonly passwordHash: string;
  readonly role?: AccountRole;
  readonly now: number;
}

/** Reads and writes accounts. Every call is one short transaction. */
export class AccountStore {
  readonly #database: Database;
  readonly #byKey: StatementSync;
  readonly #byId: StatementSync;
  readonly #byLooks: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#byKey = database.sqlite.prepare("SELECT * FROM accounts WHERE key = ?");
    this.#byId = database.sqlite.prepare("SELECT * FROM accounts WHERE id = ?");
    this.#byLooks = database.sqlite.prepare(
      "SELECT name FROM accounts WHERE looks IN (?, ?) LIMIT 100",
    );
  }

  /** The account whose name has this key. */
  findByKey(key: string): Account | undefined {
    const row = this.#byKey.get(key);
    return row === undefined ? undefined : toAccount(row);
  }

  /** The account with this id. */
  findById(id: number): Account | undefined {
    const row = this.#byId.get(id);
    return row === undefined ? undefined : toAccount(row);
  }

  /**
   * The account that keeps others from taking a name: the one of that name, or one whose name looks like it in
   * letters of another script. `Marnie` does not keep anybody from being called `Mamie`.
   *
   * @param name A name that `checkName` accepted.
   * @returns The name of that account.
   */
  findClaim(name: string): string | undefined {
    const key = nameKey(name);
    const own = this.findByKey(key);
    if (own !== undefined) return own.name;
    return this.#byLooks.all(looksOf(name), looksOf(key)).map((row) => row["name"] as string)
      .find((other) => differInScript(name, other));
  }

  /** Makes an account. @throws {NameTaken} */
  create({ name, key, passwordHash, role = "member", now }: NewAccount): Account {
    try {
      // `all`, not `get`: that does not see a commit fail, as on a full disk.
      const [row] = this.#database.sqlite.prepare(
        `INSERT INTO accounts (id, name, key, looks, password_hash, role, created_at, read_from)
         SELECT max(last_account, (SELECT coalesce(max(id), 0) FROM accounts)) + 1, ?, ?, ?, ?, ?, ?,
                coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0)
           FROM state
         RETURNING *`,
      ).all(name, key, looksOf(name), passwordHash, role, now);
      return toAccount(row!);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new NameTaken(`expected a free name, got ${name}`, { cause: error });
    }
  }

  /** Sets another password. Tokens that were given for the one before end. */
  setPasswordHash(id: number, hash: string): void {
    transact(this.#database, () => {
      this.replaceHash(id, hash);
      new WebSessionStore(this.#database).endAll(id);
    });
  }

  /** Replaces the stored hash by another one of the same password. */
  replaceHash(id: number, hash: string): void {
    this.#update("password_hash = ?", hash, id);
  }

  /** Bars an account from logging in since `at`, or lets it in again. */
  setDisabled(id: number, at: number | null): void {
    this.#update("disabled_at = ?", at, id);
  }

  /** Gives an account a role. */
  setRole(id: number, role: AccountRole): void {
    this.#update("role = ?", role, id);
  }

  /**
   * Takes some messages from an account, in one transaction; they stay, with the name as text. To be done
   * until none are left before an account with many messages is deleted.
   *
   * @returns How many; 0 when none are left.
   */
  detachMessages(id: number, batch: Batch = SMALL_BATCH): number {
    for (const column of ["sender_account", "recipient_account"]) {
      const count = changeMessages(this.#database, {
        select: `SELECT id, octet_length(content) AS bytes FROM messages WHERE ${column} = ?`,
        values: [id],
        change: `UPDATE messages SET ${column} = NULL WHERE id = ?`,
        batch,
      });
      if (count > 0) return count;
    }
    return 0;
  }

  /** Deletes an account; its messages stay, with the name as text. */
  delete(id: number): void {
    this.#database.sqlite.prepare("DELETE FROM accounts WHERE id = ?").run(id);
  }

  /** How many accounts there are. */
  count(): number {
    return this.#database.sqlite.prepare("SELECT count(*) AS n FROM accounts")
      .get()!["n"] as number;
  }

  /** All accounts, in the order of their names. */
  list(): Account[] {
    return this.#database.sqlite.prepare("SELECT * FROM accounts ORDER BY key").all()
      .map(toAccount);
  }

  #update(set: string, value: string | number | null, id: number): void {
    this.#database.sqlite.prepare(`UPDATE accounts SET ${set} WHERE id = ?`).run(value, id);
  }
}

/** A row of the table as an account. */
export function toAccount(row: Record<string, SQLOutputValue>): Account {
  return {
    id: row["id"] as number,
    name: row["name"] as string,
    key: row["key"] as string,
    passwordHash: row["password_hash"] as string,
    role: row["role"] as AccountRole,
    disabledAt: row["disabled_at"] as number | null,
    createdAt: row["created_at"] as number,
    lastLoginAt: row["last_login_at"] as number | null,
  };
}
