// Stores the tokens with which accounts stay signed in. The database has only the digest of each token.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Database } from "../database.ts";
import { transact } from "../transaction.ts";

/** The maximum number of tokens of one account. A new token replaces the least recently used one. */
export const SESSIONS_MAX = 32;
/** The minimum time between two updates of a token's last use, in milliseconds. */
const NOTED_AFTER_MS = 60_000;

/** A token of an account. Times are in milliseconds since 1970. */
export interface WebSession {
  readonly id: number;
  readonly accountId: number;
  /** The digest of the token. */
  readonly tokenHash: string;
  /** The label that the client gave itself in `hello`. */
  readonly client: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

/** The values of a new token. */
export type NewWebSession =
  & Pick<WebSession, "accountId" | "tokenHash" | "client" | "expiresAt">
  & { readonly now: number };

/** Reads and writes tokens. Each call is one short transaction, or part of the caller's. */
export class WebSessionStore {
  readonly #database: Database;
  readonly #byHash: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#byHash = database.sqlite.prepare("SELECT * FROM web_sessions WHERE token_hash = ?");
  }

  /** Stores a token. If the account has too many, the least recently used ones are deleted. */
  create({ accountId, tokenHash, client, now, expiresAt }: NewWebSession): void {
    transact(this.#database, () => {
      this.#run(
        `INSERT INTO web_sessions
           (account_id, token_hash, client, created_at, last_used_at, expires_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
        ...[accountId, tokenHash, client, now, now, expiresAt],
      );
      this.#run(
        `DELETE FROM web_sessions WHERE id IN (
           SELECT id FROM web_sessions WHERE account_id = ?
            ORDER BY last_used_at DESC, id DESC LIMIT -1 OFFSET ${SESSIONS_MAX})`,
        accountId,
      );
    });
  }

  /** Finds a token by its digest, expired or not. */
  find(tokenHash: string): WebSession | undefined {
    const row = this.#byHash.get(tokenHash);
    return row === undefined ? undefined : toWebSession(row);
  }

  /** Updates the last use of a token, unless it was updated within the last minute. */
  used({ id, lastUsedAt }: WebSession, now: number): void {
    if (now - lastUsedAt < NOTED_AFTER_MS) return;
    this.#run("UPDATE web_sessions SET last_used_at = ? WHERE id = ?", now, id);
  }

  /** Lists the tokens of an account that have not expired, the newest first. */
  list(accountId: number, now: number): WebSession[] {
    return this.#database.sqlite.prepare(
      "SELECT * FROM web_sessions WHERE account_id = ? AND expires_at > ? ORDER BY id DESC",
    ).all(accountId, now).map(toWebSession);
  }

  /** Deletes a token of an account. @returns Its digest, or `undefined` if the account has no token with this id. */
  end(accountId: number, id: number): string | undefined {
    const row = this.#database.sqlite.prepare(
      "DELETE FROM web_sessions WHERE account_id = ? AND id = ? RETURNING token_hash",
    ).all(accountId, id)[0];
    return row?.["token_hash"] as string | undefined;
  }

  /** Deletes a token by its digest. */
  endToken(tokenHash: string): void {
    this.#run("DELETE FROM web_sessions WHERE token_hash = ?", tokenHash);
  }

  /** Deletes all tokens of an account. @returns Their number. */
  endAll(accountId: number): number {
    return this.#run("DELETE FROM web_sessions WHERE account_id = ?", accountId);
  }

  /** Deletes the tokens of all accounts. @returns Their number. */
  endEverything(): number {
    return this.#run("DELETE FROM web_sessions");
  }

  /** Deletes expired tokens. @param most The maximum number to delete. @returns The number of tokens deleted. */
  prune(now: number, most: number): number {
    return this.#run(
      `DELETE FROM web_sessions WHERE id IN (
         SELECT id FROM web_sessions WHERE expires_at <= ? LIMIT ?)`,
      ...[now, most],
    );
  }

  #run(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.sqlite.prepare(sql).run(...values).changes);
  }
}

function toWebSession(row: Record<string, SQLOutputValue>): WebSession {
  return {
    id: row["id"] as number,
    accountId: row["account_id"] as number,
    tokenHash: row["token_hash"] as string,
    client: row["client"] as string,
    createdAt: row["created_at"] as number,
    lastUsedAt: row["last_used_at"] as number,
    expiresAt: row["expires_at"] as number,
  };
}
