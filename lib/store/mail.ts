// Private messages that wait for the next login of their account.
import type { Database } from "./database.ts";
import { type StoredMessage, toMessage } from "./messages.ts";

/** How much waits. */
export interface MailUsage {
  readonly messages: number;
  /** Contents and other members, in UTF-8. */
  readonly bytes: number;
}

/** Reads and empties the letter boxes; `MessageStore.append` fills them. */
export class MailStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** What an account has not been sent yet, oldest first. What is not taken is not read. */
  *pending(accountId: number): Generator<StoredMessage> {
    const rows = this.#database.sqlite.prepare(
      `SELECT messages.* FROM undelivered JOIN messages ON messages.id = message_id
        WHERE account_id = ? ORDER BY message_id`,
    ).iterate(accountId);
    for (const row of rows) yield toMessage(row);
  }

  /** Notes that these messages were sent to the account they waited for. */
  delivered(accountId: number, ids: readonly number[]): void {
    this.#database.sqlite.prepare(
      `DELETE FROM undelivered
        WHERE account_id = ? AND message_id IN (SELECT value FROM json_each(?))`,
    ).run(accountId, JSON.stringify(ids));
  }

  /**
   * Puts messages to an account back that were sent to it and may not have arrived.
   *
   * @returns How many are back: those that still exist, and did not wait already.
   */
  returned(accountId: number, ids: readonly number[]): number {
    const { changes } = this.#database.sqlite.prepare(
      `INSERT OR IGNORE INTO undelivered (message_id, account_id)
       SELECT id, recipient_account FROM messages
        WHERE id IN (SELECT value FROM json_each(?)) AND recipient_account = ?`,
    ).run(JSON.stringify(ids), accountId);
    return Number(changes);
  }

  /** What waits for an account, by the account of the sender; `null` for all guests together. */
  usage(accountId: number): Map<number | null, MailUsage> {
    const rows = this.#database.sqlite.prepare(
      // octet_length reads no content.
      `SELECT sender_account AS sender, count(*) AS messages,
              sum(octet_length(content) + coalesce(octet_length(extra), 0)) AS bytes
         FROM undelivered JOIN messages ON messages.id = message_id
        WHERE account_id = ? GROUP BY sender_account`,
    ).all(accountId) as unknown as (MailUsage & { sender: number | null })[];
    return new Map(rows.map(({ sender, messages, bytes }) => [sender, { messages, bytes }]));
  }

  /** How many messages wait, for all accounts. */
  count(): number {
    return this.#database.sqlite.prepare("SELECT mail_waiting FROM state")
      .get()!["mail_waiting"] as number;
  }
}
