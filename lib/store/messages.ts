// Stores messages in the database.
import type { SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import { nameKey } from "../protocol/names.ts";
import type { Database } from "./database.ts";
import { isPlausible, nearestTime, plausibleTimes } from "./expiry.ts";
import { transact } from "./transaction.ts";

/** A message to store. */
export interface NewMessage {
  /** When the server received it, in milliseconds since 1970. */
  readonly sentAt: number;
  readonly subtype: "global" | "private";
  /** The sender's name at that time. */
  readonly sender: string;
  /** The sender's account, or `null` for a guest. */
  readonly senderAccount: number | null;
  /** The recipient's name, or `null` for a message to a channel. */
  readonly recipient: string | null;
  readonly recipientAccount: number | null;
  /** The channel, or `null` for a private message. */
  readonly channel: string | null;
  readonly content: string;
  /** Members that the client added, as the text of a JSON object. */
  readonly extra: string | null;
  /** Keep the message for the next login of the recipient's account, which is not online. */
  readonly undelivered?: boolean;
}

/** A stored message with its id. */
export interface StoredMessage extends Omit<NewMessage, "undelivered"> {
  readonly id: number;
}

/** Selects the messages to read. */
export interface MessageFilter {
  /** The earliest time, in milliseconds since 1970. */
  readonly from?: number;
  /** Only messages before this time. */
  readonly before?: number;
  /**
   * The present time of a correct clock. A message with an impossible time then counts with the time of the message
   * before it. Without this, all times are trusted.
   */
  readonly now?: number;
  /** The key of a name: only messages from or to this user. */
  readonly userKey?: string;
  /** The name of a channel: only its messages. */
  readonly channel?: string;
  /** Whether to include private messages. */
  readonly includePrivate?: boolean;
}

/** Appends and reads messages. */
export class MessageStore {
  readonly #database: Database;
  readonly #insert: StatementSync;
  readonly #keepForLogin: StatementSync;
  readonly #noteGuest: StatementSync;
  readonly #noteConversation: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#insert = database.sqlite.prepare(
      // Another process may have deleted an account that is online.
      `INSERT INTO messages (sent_at, subtype, sender, sender_account, recipient,
                             recipient_account, channel, content, extra)
       VALUES (?, ?, ?, (SELECT id FROM accounts WHERE id = ?), ?,
               (SELECT id FROM accounts WHERE id = ?), ?, ?, ?)`,
    );
    this.#keepForLogin = database.sqlite.prepare(
      "INSERT INTO undelivered (message_id, account_id) SELECT ?, id FROM accounts WHERE id = ?",
    );
    this.#noteGuest = database.sqlite.prepare(
      `INSERT INTO guest_letters (account_id, guest_key, message_id)
       SELECT coalesce(sender_account, recipient_account), iif(sender_account IS NULL, ?, ?), id
         FROM messages
        WHERE id = ? AND (sender_account IS NULL) <> (recipient_account IS NULL)`,
    );
    this.#noteConversation = database.sqlite.prepare(
      `INSERT INTO conversations (account_id, peer_key, last_id)
       SELECT sender_account, $recipient, id FROM messages
        WHERE id = $id AND sender_account IS NOT NULL
       UNION ALL
       SELECT recipient_account, $sender, id FROM messages
        WHERE id = $id AND recipient_account IS NOT NULL
       ON CONFLICT DO UPDATE SET last_id = excluded.last_id`,
    );
  }

  /**
   * Stores messages in one transaction, in order. @returns Their ids.
   *
   * @throws If a message could not be stored; then none is stored.
   */
  append(batch: readonly NewMessage[]): number[] {
    return transact(this.#database, () => batch.map((message) => this.#insertOne(message)));
  }

  /** Counts the messages. */
  count(): number {
    return this.#database.sqlite.prepare("SELECT count(*) AS n FROM messages")
      .get()!["n"] as number;
  }

  /** Reads messages one by one, in the order of their ids. */
  *iterate(filter: MessageFilter = {}): Generator<StoredMessage> {
    const { from = -Infinity, before = Infinity, now } = filter;
    const possible = now === undefined ? undefined : plausibleTimes(now);
    // Messages with impossible times are filtered below.
    const conditions = ["(sent_at >= ? AND sent_at < ? OR sent_at < ? OR sent_at > ?)"];
    const values: SQLInputValue[] = [
      from,
      before,
      possible?.from ?? -Infinity,
      possible?.to ?? Infinity,
    ];
    if (filter.channel !== undefined) {
      conditions.push("channel = ?");
      values.push(filter.channel);
    }
    if (!filter.includePrivate) conditions.push("subtype = 'global'");
    conditions.push(OF_NO_DELETED_CHANNEL);
    const statement = this.#database.sqlite.prepare(
      `SELECT * FROM messages WHERE ${conditions.join(" AND ")} ORDER BY id`,
    );
    const timeOf = now === undefined ? undefined : this.#likelyTimes(now);
    for (const row of statement.iterate(...values)) {
      const message = toMessage(row);
      if (timeOf !== undefined) {
        const time = timeOf(message);
        if (time < from || time >= before) continue;
      }
      if (filter.userKey === undefined || this.#concerns(message, filter.userKey)) yield message;
    }
  }

  /** Returns a function that estimates when a message was sent. Call it in the order of ids. */
  #likelyTimes(now: number): (message: StoredMessage) => number {
    const { sqlite } = this.#database;
    let last = { id: -1, time: 0 };
    return ({ id, sentAt }) => {
      if (isPlausible(sentAt, now)) return sentAt;
      // Impossible times usually come in a row.
      const time = last.id === id - 1
        ? last.time
        : nearestTime(sqlite, "messages", { id, now, side: "before" }) ??
          nearestTime(sqlite, "messages", { id, now, side: "after" }) ?? sentAt;
      last = { id, time };
      return time;
    };
  }

  #concerns({ sender, recipient }: StoredMessage, key: string): boolean {
    return nameKey(sender) === key || (recipient !== null && nameKey(recipient) === key);
  }

  #insertOne(message: NewMessage): number {
    const result = this.#insert.run(
      message.sentAt,
      message.subtype,
      message.sender,
      message.senderAccount,
      message.recipient,
      message.recipientAccount,
      message.channel,
      message.content,
      message.extra,
    );
    const id = Number(result.lastInsertRowid);
    if (message.undelivered === true) this.#keepForLogin.run(id, message.recipientAccount);
    // Between two guests there is nothing to note, and the statements cost more than the insert.
    const hasAccount = message.senderAccount !== null || message.recipientAccount !== null;
    if (message.subtype === "private" && hasAccount) {
      const sender = nameKey(message.sender);
      const recipient = nameKey(message.recipient ?? "");
      this.#noteGuest.run(sender, recipient, id);
      this.#noteConversation.run({ id, sender, recipient });
    }
    return id;
  }
}

/** The condition for messages that do not belong to a deleted channel. */
export const OF_NO_DELETED_CHANNEL = `NOT EXISTS
  (SELECT 1 FROM deleted_channels WHERE name = messages.channel AND messages.id <= last_id)`;

/** Converts a row of the table to a message. */
export function toMessage(row: Record<string, SQLOutputValue>): StoredMessage {
  return {
    id: row["id"] as number,
    sentAt: row["sent_at"] as number,
    subtype: row["subtype"] as "global" | "private",
    sender: row["sender"] as string,
    senderAccount: row["sender_account"] as number | null,
    recipient: row["recipient"] as string | null,
    recipientAccount: row["recipient_account"] as number | null,
    channel: row["channel"] as string | null,
    content: row["content"] as string,
    extra: row["extra"] as string | null,
  };
}
