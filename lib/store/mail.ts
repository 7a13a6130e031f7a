// Private messages that wait for the next login of their account.
import type { Database } from "./database.ts";
import { type StoredMessage, toMessage } from "./messages.ts";

/** Reads and empties the letter boxes; `MessageStore.append` fills them. */
export class MailStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What an account has not been sent yet, oldest first, at most `limit` of it. */
  pending(accountId: number, limit = -1): StoredMessage[] {
    return this.#database.sqlite.prepare(
      `SELECT messages.* FROM undelivered JOIN messages ON messages.id = message_id
        WHERE account_id = ? ORDER BY message_id LIMIT ?`,
    ).all(accountId, limit).map(toMessage);
  }

  /** Notes that these messages were sent to the account they waited for. */
  delivered(accountId: number, ids: readonly number[]): void {
    this.#database.sqlite.prepare(
      `DELETE FROM undelivered
        WHERE account_id = ? AND message_id IN (SELECT value FROM json_each(?))`,
    ).run(accountId, JSON.stringify(ids));
  }

  /** How many messages wait, for all accounts. */
  count(): number {
    return this.#database.sqlite.prepare("SELECT mail_waiting FROM state")
      .get()!["mail_waiting"] as number;
  }
}
