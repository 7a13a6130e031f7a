// Tokens of accounts that stay signed in, in the database: only a digest of each is kept.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Database } from "../database.ts";
import { transact } from "../transaction.ts";

/** Most tokens of one account: the one that was not used for longest makes room. */
export const SESSIONS_MAX = 32;
/** A use is noted when so many milliseconds have passed since the last one that was. */
const NOTED_AFTER_MS = 60_000;

/** A token of an account. Times in milliseconds since 1970. */
export interface WebSession {
  readonly id: number;
  readonly accountId: number;
  /** The digest of the token. */
  readonly tokenHash: string;
  /** What the client called itself. */
  readonly client: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

/** What a new one is made from. */
export type NewWebSession =
  & Pick<WebSession, "accountId" | "tokenHash" | "client" | "expiresAt">
  & { readonly now: number };

/** Reads and writes tokens. Every call is one short transaction, or part of the caller's. */
export class WebSessionStore {
  readonly #database: Database;
  readonly #byHash: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#byHash = database.sqlite.prepare("SELECT * FROM web_sessions WHERE token_hash = ?");
  }

  /** Keeps a token. */
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

  /** The token of a digest, expired or not. */
  find(tokenHash: string): WebSession | undefined {
    const row = this.#byHash.get(tokenHash);
    return row === undefined ? undefined : toWebSession(row);
  }

  /** Notes that a token was used, if that has not been noted just before. */
  used({ id, lastUsedAt }: WebSession, now: number): void {
    if (now - lastUsedAt < NOTED_AFTER_MS) return;
    this.#run("UPDATE web_sessions SET last_used_at = ? WHERE id = ?", now, id);
  }

  /** Those of an account that have not expired, the newest first. */
  list(accountId: number, now: number): WebSession[] {
    return this.#database.sqlite.prepare(
      "SELECT * FROM web_sessions WHERE account_id = ? AND expires_at > ? ORDER BY id DESC",
    ).all(accountId, now).map(toWebSession);
  }

  /** Ends one of an account. @returns Its digest, if there was one. */
  end(accountId: number, id: number): string | undefined {
    const row = this.#database.sqlite.prepare(
      "DELETE FROM web_sessions WHERE account_id = ? AND id = ? RETURNING token_hash",
    ).all(accountId, id)[0];
    return row?.["token_hash"] as string | undefined;
  }

  /** Ends the one of a digest. */
  endToken(tokenHash: string): void {
    this.#run("DELETE FROM web_sessions WHERE token_hash = ?", tokenHash);
  }

  /** Ends all of an account. @returns How many there were. */
  endAll(accountId: number): number {
    return this.#run("DELETE FROM web_sessions WHERE account_id = ?", accountId);
  }

  /** Ends all of all accounts. @returns How many there were. */
  endEverything(): number {
    return this.#run("DELETE FROM web_sessions");
  }

  /** Deletes expired ones. @param most How many at most. @returns How many. */
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
