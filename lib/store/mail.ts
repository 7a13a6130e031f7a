// Stores kept messages: private messages that wait for the next login of their recipient.
import type { Database } from "./database.ts";
import { type StoredMessage, toMessage } from "./messages.ts";

/** How many kept messages there are, and their size. */
export interface MailUsage {
  readonly messages: number;
  /** The size of contents and additional members, in UTF-8. */
  readonly bytes: number;
}

/** The maximum number of kept messages that are counted by sender; also the default limit per account. */
const COUNTED = 1_000;

/** Reads and deletes kept messages. `MessageStore.append` adds them. */
export class MailStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Reads the kept messages of an account, oldest first. Each is read only when the caller asks for it. */
  *pending(accountId: number): Generator<StoredMessage> {
    const rows = this.#database.sqlite.prepare(
      `SELECT messages.* FROM undelivered JOIN messages ON messages.id = message_id
        WHERE account_id = ? ORDER BY message_id`,
    ).iterate(accountId);
    for (const row of rows) yield toMessage(row);
  }

  /** Records that messages were sent to the account that they were kept for. */
  delivered(accountId: number, ids: readonly number[]): void {
    this.#database.sqlite.prepare(
      `DELETE FROM undelivered
        WHERE account_id = ? AND message_id IN (SELECT value FROM json_each(?))`,
    ).run(accountId, JSON.stringify(ids));
  }

  /**
   * Keeps messages again that were sent to an account but may not have arrived.
   *
   * @returns The number of messages kept again: those that still exist and were not kept already.
   */
  returned(accountId: number, ids: readonly number[]): number {
    const { changes } = this.#database.sqlite.prepare(
      `INSERT OR IGNORE INTO undelivered (message_id, account_id)
       SELECT id, recipient_account FROM messages
        WHERE id IN (SELECT value FROM json_each(?)) AND recipient_account = ?`,
    ).run(JSON.stringify(ids), accountId);
    return Number(changes);
  }

  /** Returns the usage of an account by the sender's account. All guests together are `null`. */
  usage(accountId: number): Map<number | null, MailUsage> {
    const rows = this.#database.sqlite.prepare(
      // octet_length does not read the content.
      `SELECT sender_account AS sender, count(*) AS messages,
              sum(octet_length(content) + coalesce(octet_length(extra), 0)) AS bytes
         FROM undelivered JOIN messages ON messages.id = message_id
        WHERE account_id = ? GROUP BY sender_account`,
    ).all(accountId) as unknown as (MailUsage & { sender: number | null })[];
    return new Map(rows.map(({ sender, messages, bytes }) => [sender, { messages, bytes }]));
  }

  /** Counts the kept messages of an account by the sender's name, among the oldest {@linkcode COUNTED}. */
  senders(accountId: number): Map<string, number> {
    const rows = this.#database.sqlite.prepare(
      `SELECT sender, count(*) AS n FROM
         (SELECT sender, message_id FROM undelivered JOIN messages ON messages.id = message_id
           WHERE account_id = ? ORDER BY message_id LIMIT ?)
        GROUP BY sender ORDER BY min(message_id)`,
    ).all(accountId, COUNTED) as unknown as { sender: string; n: number }[];
    return new Map(rows.map(({ sender, n }) => [sender, n]));
  }

  /** Counts the kept messages of all accounts. */
  count(): number {
    return this.#database.sqlite.prepare("SELECT mail_waiting FROM state")
      .get()!["mail_waiting"] as number;
  }
}
