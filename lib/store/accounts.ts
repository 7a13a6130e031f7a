// Stores accounts in the database.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import { differInScript, looksOf } from "../protocol/look_alikes.ts";
import { nameKey } from "../protocol/names.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation, NameTaken } from "./errors.ts";
import { WebSessionStore } from "./page/web_sessions.ts";
import { type Batch, changeMessages, SMALL_BATCH } from "./steps.ts";
import { transact } from "./transaction.ts";

/** The roles of accounts, in ascending order of rights. */
export const ACCOUNT_ROLES = ["member", "moderator", "admin"] as const;

/** One of {@linkcode ACCOUNT_ROLES}. */
export type AccountRole = typeof ACCOUNT_ROLES[number];

/** One account. Times are in milliseconds since 1970. */
export interface Account {
  readonly id: number;
  /** The name as registered. */
  readonly name: string;
  /** The normalized name, by which names are compared. */
  readonly key: string;
  /** The password hash, as a PHC string. */
  readonly passwordHash: string;
  readonly role: AccountRole;
  /** When the account was disabled, or `null`. A disabled account cannot log in. */
  readonly disabledAt: number | null;
  readonly createdAt: number;
  readonly lastLoginAt: number | null;
  /** The identity of the person in the lists of the school, if it is known. */
  readonly externalId: string | null;
  /** Whether the page asks for a new password at the next login. */
  readonly mustChange: boolean;
  /** The identity of the entry in the school's directory; `null` for an account that lives here. */
  readonly directoryId: string | null;
}

/** The password hash of accounts that live in the directory. No password matches it. */
export const NO_PASSWORD = "!";

/** The values of a new account. */
export interface NewAccount {
  readonly name: string;
  readonly key: string;
  readonly passwordHash: string;
  readonly role?: AccountRole;
  /** What the name looks like, if the caller knows it. */
  readonly looks?: string;
  readonly externalId?: string | undefined;
  readonly mustChange?: boolean;
  /** For an account of the directory. Its password hash must be {@linkcode NO_PASSWORD}. */
  readonly directoryId?: string;
  readonly now: number;
}

/** Reads and writes accounts. Each call is one short transaction. */
export class AccountStore {
  readonly #database: Database;
  readonly #byKey: StatementSync;
  readonly #byId: StatementSync;
  readonly #byLooks: StatementSync;
  // Prepared once: an import creates hundreds of accounts.
  #insert: StatementSync | undefined;

  constructor(database: Database) {
    this.#database = database;
    this.#byKey = database.sqlite.prepare("SELECT * FROM accounts WHERE key = ?");
    this.#byId = database.sqlite.prepare("SELECT * FROM accounts WHERE id = ?");
    this.#byLooks = database.sqlite.prepare(
      "SELECT id, name FROM accounts WHERE looks IN (?, ?) LIMIT 100",
    );
  }

  /** Finds an account by the key of its name. */
  findByKey(key: string): Account | undefined {
    const row = this.#byKey.get(key);
    return row === undefined ? undefined : toAccount(row);
  }

  /** Finds an account by its id. */
  findById(id: number): Account | undefined {
    const row = this.#byId.get(id);
    return row === undefined ? undefined : toAccount(row);
  }

  /**
   * Finds the account that reserves a name: the account of that name, or one whose name looks the same in letters of
   * another script. `Marnie` does not reserve `Mamie`.
   *
   * @param name A name that `checkName` accepted.
   * @returns The name of the account.
   */
  findClaim(name: string): string | undefined {
    const key = nameKey(name);
    const own = this.findByKey(key);
    if (own !== undefined) return own.name;
    return this.lookAlikes(name, [looksOf(name), looksOf(key)])[0]?.name;
  }

  /**
   * Lists the accounts whose name looks the same in letters of another script.
   *
   * @param looks What the name and its key look like.
   */
  lookAlikes(name: string, looks: readonly [string, string]): Pick<Account, "id" | "name">[] {
    return this.#byLooks.all(...looks)
      .map((row) => ({ id: row["id"] as number, name: row["name"] as string }))
      .filter((other) => differInScript(name, other.name));
  }

  /** Creates an account. @throws {NameTaken} */
  create(account: NewAccount): Account {
    const { name, key, passwordHash, role = "member", now } = account;
    const { looks = looksOf(name), externalId = null, directoryId = null } = account;
    const mustChange = Number(account.mustChange ?? false);
    try {
      // `all`, not `get`: `get` does not report a commit that fails, for example on a full disk.
      const [row] = (this.#insert ??= this.#database.sqlite.prepare(
        `INSERT INTO accounts (id, name, key, looks, password_hash, role, created_at, external_id,
                               must_change_password, directory_id, read_from)
         SELECT max(last_account, (SELECT coalesce(max(id), 0) FROM accounts)) + 1, ?, ?, ?, ?, ?, ?,
                ?, ?, ?,
                coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0)
           FROM state
         RETURNING *`,
      )).all(...[name, key, looks, passwordHash, role, now, externalId, mustChange, directoryId]);
      return toAccount(row!);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new NameTaken(`expected a free name, got ${name}`, { cause: error });
    }
  }

  /** Changes the password hash and ends the tokens of the account. */
  setPasswordHash(id: number, hash: string): void {
    transact(this.#database, () => {
      this.replaceHash(id, hash);
      new WebSessionStore(this.#database).endAll(id);
    });
  }

  /** Changes the password hash for the owner of the account, who need not choose another password any more. */
  setOwnPassword(id: number, hash: string): void {
    transact(this.#database, () => {
      this.setPasswordHash(id, hash);
      this.setMustChange(id, false);
    });
  }

  /** Sets the identity of the person in the lists of the school. */
  setExternalId(id: number, externalId: string): void {
    this.#update("external_id = ?", externalId, id);
  }

  /** Sets whether the page asks for a new password at the next login. */
  setMustChange(id: number, mustChange: boolean): void {
    this.#update("must_change_password = ?", Number(mustChange), id);
  }

  /** Replaces the password hash with another hash of the same password. The tokens stay valid. */
  replaceHash(id: number, hash: string): void {
    this.#update("password_hash = ?", hash, id);
  }

  /** Disables an account, with the time `at`; with `null`, enables it again. */
  setDisabled(id: number, at: number | null): void {
    this.#update("disabled_at = ?", at, id);
  }

  /** Changes the role of an account. */
  setRole(id: number, role: AccountRole): void {
    this.#update("role = ?", role, id);
  }

  /**
   * Removes the account from a batch of its messages, in one transaction. The messages stay, with the name as text.
   * Before you delete an account with many messages, repeat this until it returns 0.
   *
   * @returns The number of messages changed; 0 when none are left.
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

  /** Deletes an account. Its messages stay, with the name as text. */
  delete(id: number): void {
    this.#database.sqlite.prepare("DELETE FROM accounts WHERE id = ?").run(id);
  }

  /** Counts the accounts. */
  count(): number {
    return this.#database.sqlite.prepare("SELECT count(*) AS n FROM accounts")
      .get()!["n"] as number;
  }

  /** Lists accounts, sorted by name. @param after The key of a name: only accounts after it are listed. */
  page(after: string, limit: number): Account[] {
    return this.#database.sqlite.prepare(
      "SELECT * FROM accounts WHERE key > ? ORDER BY key LIMIT ?",
    )
      .all(after, limit).map(toAccount);
  }

  /** Lists all accounts, sorted by name. */
  list(): Account[] {
    return this.#database.sqlite.prepare("SELECT * FROM accounts ORDER BY key").all()
      .map(toAccount);
  }

  #update(set: string, value: string | number | null, id: number): void {
    this.#database.sqlite.prepare(`UPDATE accounts SET ${set} WHERE id = ?`).run(value, id);
  }
}

/** Converts a row of the table to an account. */
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
    externalId: row["external_id"] as string | null,
    mustChange: row["must_change_password"] === 1,
    directoryId: row["directory_id"] as string | null,
  };
}
