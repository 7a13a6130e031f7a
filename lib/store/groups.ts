// Stores groups of accounts in the database. A class is a group whose list was imported.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { AccountRole } from "./accounts.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation, NameTaken } from "./errors.ts";
import { transact } from "./transaction.ts";

/** One group. */
export interface Group {
  readonly id: number;
  /** The name as shown. */
  readonly name: string;
  /** The normalized name, by which names are compared. Channels admit a group by this key. */
  readonly key: string;
  /** Whether the group is a class. */
  readonly isClass: boolean;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
}

/** A group with the number of its members. */
export interface CountedGroup extends Group {
  readonly members: number;
}

/** An account in a group. */
export interface GroupMember {
  readonly accountId: number;
  readonly name: string;
  readonly key: string;
  readonly role: AccountRole;
  /** When the account was disabled, in milliseconds since 1970, or `null`. */
  readonly disabledAt: number | null;
  /** Whether an import of the class added the account. */
  readonly imported: boolean;
}

/** The values of a new group. */
export interface NewGroup {
  readonly name: string;
  readonly key: string;
  readonly isClass?: boolean;
  readonly now: number;
}

/** A part of a list of members. */
export interface MemberPage {
  /** Only members whose key comes after this one. */
  readonly after?: string;
  /** The maximum number of members. */
  readonly most?: number;
}

/** The maximum number of groups. */
export const GROUPS_MAX = 1_000;

/** Reads and writes groups. Each call is one short transaction, or part of the caller's. */
export class GroupStore {
  readonly #database: Database;
  // Prepared, because it runs whenever somebody who has no other right to a channel asks for it.
  readonly #keys: StatementSync;
  readonly #has: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#keys = database.sqlite.prepare(
      `SELECT key FROM group_members JOIN account_groups ON id = group_id WHERE account_id = ?`,
    );
    this.#has = database.sqlite.prepare(
      "SELECT 1 FROM group_members WHERE group_id = ? AND account_id = ?",
    );
  }

  /** Lists groups with the numbers of their members, sorted by name. @param after Only keys after this one. */
  list(after = ""): CountedGroup[] {
    return this.#all(
      `SELECT *, (SELECT count(*) FROM group_members WHERE group_id = id) AS members
         FROM account_groups WHERE key > ? ORDER BY key`,
      after,
    ).map((row) => ({ ...toGroup(row), members: row["members"] as number }));
  }

  /** Finds a group by the key of its name. */
  find(key: string): Group | undefined {
    return this.#all("SELECT * FROM account_groups WHERE key = ?", key).map(toGroup)[0];
  }

  /** Creates a group without members. @throws {NameTaken} */
  create({ name, key, isClass = false, now }: NewGroup): Group {
    return named(name, () =>
      this.#all(
        `INSERT INTO account_groups (name, key, is_class, created_at) VALUES (?, ?, ?, ?)
         RETURNING *`,
        ...[name, key, Number(isClass), now],
      ));
  }

  /** Changes the name of an existing group. Channels admit it by its new key. @throws {NameTaken} */
  rename(id: number, { name, key }: Pick<Group, "name" | "key">): Group {
    return named(name, () =>
      this.#all(
        "UPDATE account_groups SET name = ?, key = ? WHERE id = ? RETURNING *",
        ...[name, key, id],
      ));
  }

  /** Deletes a group. Its accounts stay. */
  delete(id: number): void {
    this.#all("DELETE FROM account_groups WHERE id = ?", id);
  }

  /** Counts the groups. */
  count(): number {
    return this.#all("SELECT count(*) AS n FROM account_groups")[0]!["n"] as number;
  }

  /** Lists the accounts in a group, sorted by name. */
  members(id: number, { after = "", most = -1 }: MemberPage = {}): GroupMember[] {
    return this.#all(
      `SELECT account_id, name, key, role, disabled_at, imported
         FROM group_members JOIN accounts ON accounts.id = account_id
        WHERE group_id = ? AND key > ? ORDER BY key LIMIT ?`,
      ...[id, after, most],
    ).map(toMember);
  }

  /**
   * Adds accounts to a group.
   *
   * @param imported Whether an import of the class adds them. Accounts that are in the group already stay as they are.
   * @returns The accounts that were not in the group.
   */
  add(id: number, accountIds: Iterable<number>, imported = false): number[] {
    const insert = this.#database.sqlite.prepare(
      "INSERT OR IGNORE INTO group_members (group_id, account_id, imported) VALUES (?, ?, ?)",
    );
    return this.#changed(
      accountIds,
      (accountId) => insert.run(id, accountId, Number(imported)).changes,
    );
  }

  /** Removes accounts from a group. @returns The accounts that were in the group. */
  remove(id: number, accountIds: Iterable<number>): number[] {
    const remove = this.#database.sqlite.prepare(
      "DELETE FROM group_members WHERE group_id = ? AND account_id = ?",
    );
    return this.#changed(accountIds, (accountId) => remove.run(id, accountId).changes);
  }

  /** Whether an account is in a group. */
  has(id: number, accountId: number): boolean {
    return this.#has.get(id, accountId) !== undefined;
  }

  /** Returns the keys of the groups that an account is in. */
  keysOf(accountId: number): string[] {
    return this.#keys.all(accountId).map((row) => row["key"] as string);
  }

  /** Lists the groups that an account is in, sorted by name. */
  of(accountId: number): Group[] {
    return this.#all(
      `SELECT account_groups.* FROM group_members JOIN account_groups ON id = group_id
        WHERE account_id = ? ORDER BY key`,
      accountId,
    ).map(toGroup);
  }

  #changed(accountIds: Iterable<number>, change: (id: number) => number | bigint): number[] {
    return transact(
      this.#database,
      () => [...accountIds].filter((accountId) => Number(change(accountId)) > 0),
    );
  }

  #all(sql: string, ...values: (string | number)[]): Record<string, SQLOutputValue>[] {
    return this.#database.sqlite.prepare(sql).all(...values);
  }
}

function named(name: string, write: () => Record<string, SQLOutputValue>[]): Group {
  try {
    const [row] = write();
    if (row === undefined) throw new Error(`expected the id of a group, for the name ${name}`);
    return toGroup(row);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new NameTaken(`expected a free name, got ${name}`, { cause: error });
  }
}

function toGroup(row: Record<string, SQLOutputValue>): Group {
  return {
    id: row["id"] as number,
    name: row["name"] as string,
    key: row["key"] as string,
    isClass: row["is_class"] === 1,
    createdAt: row["created_at"] as number,
  };
}

function toMember(row: Record<string, SQLOutputValue>): GroupMember {
  return {
    accountId: row["account_id"] as number,
    name: row["name"] as string,
    key: row["key"] as string,
    role: row["role"] as AccountRole,
    disabledAt: row["disabled_at"] as number | null,
    imported: row["imported"] === 1,
  };
}
