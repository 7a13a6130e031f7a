// Stores what the school's directory says about accounts: whose they are, and the groups that it gives them.
import type { StatementSync } from "node:sqlite";
import { type Account, toAccount } from "../accounts.ts";
import type { Database } from "../database.ts";

/** An account of the directory. */
export interface DirectoryAccount {
  readonly account: Account & { readonly directoryId: string };
  /** Whether clients stay signed in to it. */
  readonly hasTokens: boolean;
}

/** Reads and writes the accounts of the directory. Each call is one short transaction, or part of the caller's. */
export class DirectoryAccountStore {
  readonly #database: Database;
  readonly #byId: StatementSync;
  readonly #given: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#byId = database.sqlite.prepare("SELECT * FROM accounts WHERE directory_id = ?");
    this.#given = database.sqlite.prepare(
      "SELECT group_id FROM group_members WHERE account_id = ? AND from_directory = 1",
    );
  }

  /** Finds the account of an entry. @param directoryId The identity of the entry. */
  find(directoryId: string): Account | undefined {
    const row = this.#byId.get(directoryId);
    return row === undefined ? undefined : toAccount(row);
  }

  /** Lists accounts of the directory by number. @param after Only accounts with a greater number. */
  page(after: number, limit: number): DirectoryAccount[] {
    return this.#database.sqlite.prepare(
      `SELECT *, EXISTS (SELECT 1 FROM web_sessions WHERE account_id = accounts.id) AS has_tokens
         FROM accounts WHERE directory_id IS NOT NULL AND id > ? ORDER BY id LIMIT ?`,
    ).all(after, limit).map((row) => ({
      account: toAccount(row) as DirectoryAccount["account"],
      hasTokens: row["has_tokens"] === 1,
    }));
  }

  /** Returns the groups that the directory has given to an account. */
  givenGroups(accountId: number): number[] {
    return this.#given.all(accountId).map((row) => row["group_id"] as number);
  }

  /** Adds an account to a group, unless it is in the group already. */
  give(groupId: number, accountId: number): void {
    this.#run(
      `INSERT OR IGNORE INTO group_members (group_id, account_id, from_directory) VALUES (?, ?, 1)`,
      ...[groupId, accountId],
    );
  }

  /** Removes an account from a group that the directory had given. */
  take(groupId: number, accountId: number): void {
    this.#run(
      "DELETE FROM group_members WHERE group_id = ? AND account_id = ? AND from_directory = 1",
      ...[groupId, accountId],
    );
  }

  /** Ends the tokens of all accounts of the directory. @returns Their number. */
  endTokens(): number {
    return this.#run(
      `DELETE FROM web_sessions
        WHERE account_id IN (SELECT id FROM accounts WHERE directory_id IS NOT NULL)`,
    );
  }

  #run(sql: string, ...values: number[]): number {
    return Number(this.#database.sqlite.prepare(sql).run(...values).changes);
  }
}
