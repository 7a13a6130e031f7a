// Stores up to which message each account has read channels and conversations, and counts the later messages of others.
import type { StatementSync } from "node:sqlite";
import type { Subject } from "../channels.ts";
import type { Database } from "../database.ts";

/** The maximum number of messages that are read to count the unread ones of a channel or a conversation. */
export const COUNTED_MAX = 1_000;

/** The number of messages of others after a mark. */
export interface UnreadCount {
  readonly count: number;
  /** Whether the count stopped early. Then at least `count` messages exist. */
  readonly more: boolean;
  /** The number of messages that were read to count. */
  readonly rows: number;
}

/** The user whose own messages are not counted: an account, or a guest by name. */
export interface Reader {
  readonly accountId: number | null;
  readonly name: string;
}

/** A conversation of an account. */
export interface Conversation {
  /** The key of the other user's name. */
  readonly peerKey: string;
  /** The mark; 0 without one. */
  readonly seen: number;
}

/** Reads and raises read marks. A mark never becomes lower. Each call is one short transaction. */
export class ReadMarkStore {
  readonly #database: Database;
  readonly #inChannel: { readonly account: StatementSync; readonly guest: StatementSync };
  readonly #fromAccount: StatementSync;
  readonly #fromGuest: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#inChannel = {
      account: database.sqlite.prepare(UNREAD_IN_CHANNEL.account),
      guest: database.sqlite.prepare(UNREAD_IN_CHANNEL.guest),
    };
    this.#fromAccount = database.sqlite.prepare(UNREAD_FROM_ACCOUNT);
    this.#fromGuest = database.sqlite.prepare(UNREAD_FROM_GUEST);
  }

  /** Returns the id up to which all messages count as read, because they are older than the account or the marks. */
  startOf(accountId: number): number {
    return this.#get("SELECT read_from AS n FROM accounts WHERE id = ?", accountId);
  }

  /** Returns the marks of an account by channel id. */
  channels(accountId: number): Map<number, number> {
    const rows = this.#database.sqlite.prepare(
      "SELECT channel_id, seen_id FROM read_marks WHERE account_id = ?",
    ).all(accountId);
    return new Map(rows.map((row) => [row["channel_id"] as number, row["seen_id"] as number]));
  }

  /** Raises the mark of a channel. @returns Whether the mark was lower. */
  raiseChannel(accountId: number, channelId: number, id: number): boolean {
    return this.#change(
      `INSERT INTO read_marks (account_id, channel_id, seen_id)
       SELECT id, ?, ? FROM accounts WHERE id = ?
       ON CONFLICT DO UPDATE SET seen_id = excluded.seen_id WHERE excluded.seen_id > seen_id`,
      ...[channelId, id, accountId],
    );
  }

  /** Lists the conversations of an account, the one with the newest message first. @param most The maximum number. */
  conversations(accountId: number, most: number): Conversation[] {
    return this.#database.sqlite.prepare(
      `SELECT peer_key, seen_id FROM conversations WHERE account_id = ?
        ORDER BY last_id DESC LIMIT ?`,
    ).all(accountId, most).map((row) => ({
      peerKey: row["peer_key"] as string,
      seen: row["seen_id"] as number,
    }));
  }

  /** Returns the mark of a conversation; 0 without one. */
  conversation(accountId: number, peerKey: string): number {
    return this.#get(
      "SELECT seen_id AS n FROM conversations WHERE account_id = ? AND peer_key = ?",
      ...[accountId, peerKey],
    );
  }

  /** Raises the mark of a conversation, if the conversation exists. @returns Whether the mark was lower. */
  raiseConversation(accountId: number, peerKey: string, id: number): boolean {
    return this.#change(
      "UPDATE conversations SET seen_id = ? WHERE account_id = ? AND peer_key = ? AND seen_id < ?",
      ...[id, accountId, peerKey, id],
    );
  }

  /** Counts the messages of others in a channel after the id `after`. */
  unreadInChannel(channel: string, after: number, reader: Reader): UnreadCount {
    const { accountId, name } = reader;
    return toCount(
      accountId === null
        ? this.#inChannel.guest.get({ channel, after, name })
        : this.#inChannel.account.get({ channel, after, me: accountId }),
    );
  }

  /** Counts the messages from one user to an account after the id `after`. */
  unreadFrom(accountId: number, { accountId: other, key }: Subject, after: number): UnreadCount {
    if (other === accountId) return { count: 0, more: false, rows: 0 };
    return toCount(
      other === null
        ? this.#fromGuest.get({ me: accountId, key, after })
        : this.#fromAccount.get({ me: accountId, other, after }),
    );
  }

  /**
   * Deletes conversations whose messages have all been deleted.
   *
   * @param most The maximum number of conversations to delete.
   * @returns The number of conversations deleted.
   */
  prune(most: number): number {
    return Number(
      this.#database.sqlite.prepare(
        `DELETE FROM conversations WHERE (account_id, peer_key) IN (
           SELECT account_id, peer_key FROM conversations
            WHERE last_id < coalesce((SELECT min(id) FROM messages), ${Number.MAX_SAFE_INTEGER})
            LIMIT ?)`,
      ).run(most).changes,
    );
  }

  #get(sql: string, ...values: (string | number)[]): number {
    return (this.#database.sqlite.prepare(sql).get(...values)?.["n"] ?? 0) as number;
  }

  #change(sql: string, ...values: (string | number)[]): boolean {
    return Number(this.#database.sqlite.prepare(sql).run(...values).changes) > 0;
  }
}

function toCount(row: Record<string, unknown> | undefined): UnreadCount {
  const rows = row!["looked"] as number;
  const count = row!["others"] as number;
  return { count: Math.min(count, COUNTED_MAX), more: rows > COUNTED_MAX, rows };
}

// One message more than the maximum count shows whether more exist.
const LOOKED_MAX = COUNTED_MAX + 1;

/** The statements of {@linkcode ReadMarkStore.unreadInChannel}. They are exported for a test of their query plans. */
export const UNREAD_IN_CHANNEL = {
  // A covering index has all columns of this one.
  account: countOthers("sender_account", "sender_account IS NOT $me"),
  guest: countOthers("sender_account, sender", "sender_account IS NOT NULL OR sender <> $name"),
};

function countOthers(columns: string, isOther: string): string {
  return `
    SELECT count(*) AS looked, count(*) FILTER (WHERE ${isOther}) AS others
      FROM (SELECT ${columns} FROM messages WHERE channel = $channel AND id > $after
             ORDER BY id LIMIT ${LOOKED_MAX})`;
}

/** The statement of {@linkcode ReadMarkStore.unreadFrom} if the sender has an account. */
export const UNREAD_FROM_ACCOUNT = `
  SELECT count(*) AS looked, count(*) AS others
    FROM (SELECT 1 FROM messages WHERE subtype = 'private' AND sender_account = $other
             AND recipient_account = $me AND id > $after LIMIT ${LOOKED_MAX})`;

/** The statement of {@linkcode ReadMarkStore.unreadFrom} if the sender has no account. */
export const UNREAD_FROM_GUEST = `
  SELECT count(*) AS looked, count(*) FILTER (WHERE sender_account IS NOT $me) AS others
    FROM (SELECT sender_account FROM guest_letters CROSS JOIN messages ON messages.id = message_id
           WHERE account_id = $me AND guest_key = $key AND message_id > $after
           ORDER BY message_id LIMIT ${LOOKED_MAX})`;
