// Channels in the database: what they are, who is in them, and who was expelled.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { AccountRole } from "./accounts.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation, NameTaken } from "./errors.ts";
import { transact } from "./transaction.ts";

/** One channel. */
export interface Channel {
  readonly id: number;
  /** The name as shown, with its `#`; messages bear it. */
  readonly name: string;
  /** The name as names are compared. */
  readonly key: string;
  readonly topic: string;
  /** Roles that are admitted. With neither roles nor accounts, everyone is. */
  readonly roles: readonly AccountRole[];
  /** Keys of the names of accounts that are admitted besides. */
  readonly accounts: readonly string[];
  /** Whether only moderators write. */
  readonly readOnly: boolean;
  /** Whether nobody below moderator may join or write. */
  readonly closed: boolean;
  /** Whether it stays when its last member leaves and nothing was said in it. */
  readonly kept: boolean;
  /** The account that made it, if it still exists. */
  readonly createdBy: number | null;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** Messages up to this one are of a channel of that name that was deleted, and are being deleted. */
  readonly hiddenTo: number;
}

/** What a new channel is made from. */
export interface NewChannel {
  readonly name: string;
  readonly key: string;
  readonly topic?: string;
  readonly roles?: readonly AccountRole[];
  readonly accounts?: readonly string[];
  readonly readOnly?: boolean;
  readonly createdBy: number | null;
  readonly now: number;
}

/** What of a channel may change. */
export type ChannelChange = Partial<
  Pick<Channel, "topic" | "roles" | "accounts" | "readOnly" | "closed" | "kept">
>;

/** An account, or a guest by the key of the name. */
export interface Subject {
  readonly accountId: number | null;
  readonly key: string;
}

/** Reads and writes channels. Every call is one short transaction, or part of the caller's. */
export class ChannelStore {
  readonly #database: Database;
  // Asked whenever somebody leaves, and at every search.
  readonly #marks: { readonly guest: StatementSync; readonly account: StatementSync };

  constructor(database: Database) {
    this.#database = database;
    const marks = (column: string) =>
      database.sqlite.prepare(`SELECT channel_id, last_id FROM expulsions WHERE ${column} = ?`);
    this.#marks = { guest: marks("guest_key"), account: marks("account_id") };
  }

  /** All channels, in the order of their names. */
  list(): Channel[] {
    return this.#all("SELECT * FROM channels ORDER BY key").map(toChannel);
  }

  /** The channel whose name has this key. */
  find(key: string): Channel | undefined {
    return this.#all("SELECT * FROM channels WHERE key = ?", key).map(toChannel)[0];
  }

  /** Makes a channel. @throws {NameTaken} */
  create(channel: NewChannel): Channel {
    const { name, key, topic = "", roles = [], accounts = [], readOnly = false } = channel;
    try {
      const [row] = this.#all(
        `INSERT INTO channels
           (name, key, topic, roles, accounts, read_only, created_by, created_at, hidden_to)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?,
                 coalesce((SELECT last_id FROM deleted_channels WHERE name = ?), 0))
         RETURNING *`,
        ...[name, key, topic, JSON.stringify(roles), JSON.stringify(accounts), Number(readOnly)],
        ...[channel.createdBy, channel.now, name],
      );
      return toChannel(row!);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new NameTaken(`expected a free name, got ${name}`, { cause: error });
    }
  }

  /** Changes a channel that exists, and returns it as it is then. */
  update(id: number, { topic, roles, accounts, readOnly, closed, kept }: ChannelChange): Channel {
    const orNull = <T>(value: T | undefined, write: (value: T) => string | number) =>
      value === undefined ? null : write(value);
    const [row] = this.#all(
      `UPDATE channels SET topic = coalesce(?, topic), roles = coalesce(?, roles),
              accounts = coalesce(?, accounts), read_only = coalesce(?, read_only),
              closed = coalesce(?, closed), kept = coalesce(?, kept)
        WHERE id = ? RETURNING *`,
      orNull(topic, String),
      orNull(roles, JSON.stringify),
      orNull(accounts, JSON.stringify),
      orNull(readOnly, Number),
      orNull(closed, Number),
      orNull(kept, Number),
      id,
    );
    if (row === undefined) throw new Error(`expected the id of a channel, got ${id}`);
    return toChannel(row);
  }

  /**
   * Deletes a channel with its members and marks. Its messages can no longer be read, and
   * `HistoryStore.clearDeletedChannels` deletes them in steps.
   */
  delete(id: number): void {
    transact(this.#database, () => {
      this.#run(
        `INSERT OR REPLACE INTO deleted_channels (name, last_id)
         SELECT name, (SELECT seq FROM sqlite_sequence WHERE sqlite_sequence.name = 'messages')
           FROM channels
          WHERE id = ? AND EXISTS (SELECT 1 FROM messages WHERE channel = channels.name)`,
        id,
      );
      this.#run("DELETE FROM channels WHERE id = ?", id);
    });
  }

  /** Ids of the channels an account is in. */
  membersOf(accountId: number): number[] {
    return this.#all("SELECT channel_id FROM members WHERE account_id = ?", accountId)
      .map((row) => row["channel_id"] as number);
  }

  /** Whether an account is in a channel, or anything was said in it. */
  isUsed(id: number): boolean {
    const [row] = this.#all(
      `SELECT EXISTS (SELECT 1 FROM members WHERE channel_id = ?1)
           OR EXISTS (SELECT 1 FROM messages
                       WHERE channel = (SELECT name FROM channels WHERE id = ?1)
                         AND id > (SELECT hidden_to FROM channels WHERE id = ?1)) AS used`,
      id,
    );
    return row?.["used"] === 1;
  }

  /** Notes that an account is in a channel. */
  addMember(channelId: number, accountId: number, now: number): void {
    this.#run(
      "INSERT OR IGNORE INTO members (account_id, channel_id, joined_at) VALUES (?, ?, ?)",
      accountId,
      channelId,
      now,
    );
  }

  /** Notes that an account is in a channel no more. */
  removeMember(channelId: number, accountId: number): void {
    this.#run("DELETE FROM members WHERE account_id = ? AND channel_id = ?", accountId, channelId);
  }

  /** Hides the messages of a channel up to `lastMessageId` from a user, forever. */
  expel(channelId: number, who: Subject, lastMessageId: number): void {
    const column = who.accountId === null ? "guest_key" : "account_id";
    this.#run(
      `INSERT INTO expulsions (${column}, channel_id, last_id) VALUES (?, ?, ?)
       ON CONFLICT (${column}, channel_id)
       DO UPDATE SET last_id = max(last_id, excluded.last_id)`,
      who.accountId ?? who.key,
      channelId,
      lastMessageId,
    );
  }

  /** The marks of somebody who was expelled: id of a channel to the last message that is hidden. */
  marksOf({ accountId, key }: Subject): ReadonlyMap<number, number> {
    const rows = accountId === null
      ? this.#marks.guest.all(key)
      : this.#marks.account.all(accountId);
    return new Map(rows.map((row) => [row["channel_id"] as number, row["last_id"] as number]));
  }

  #all(sql: string, ...values: (string | number | null)[]): Record<string, SQLOutputValue>[] {
    return this.#database.sqlite.prepare(sql).all(...values);
  }

  #run(sql: string, ...values: (string | number)[]): void {
    this.#database.sqlite.prepare(sql).run(...values);
  }
}

function toChannel(row: Record<string, SQLOutputValue>): Channel {
  return {
    id: row["id"] as number,
    name: row["name"] as string,
    key: row["key"] as string,
    topic: row["topic"] as string,
    roles: JSON.parse(row["roles"] as string),
    accounts: JSON.parse(row["accounts"] as string),
    readOnly: row["read_only"] === 1,
    closed: row["closed"] === 1,
    kept: row["kept"] === 1,
    createdBy: row["created_by"] as number | null,
    createdAt: row["created_at"] as number,
    hiddenTo: row["hidden_to"] as number,
  };
}
