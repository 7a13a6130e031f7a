// Stores channels, their members and their expulsions in the database.
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { AccountRole } from "./accounts.ts";
import type { Database } from "./database.ts";
import { isUniqueViolation, NameTaken } from "./errors.ts";
import { transact } from "./transaction.ts";

/** One channel. */
export interface Channel {
  readonly id: number;
  /** The name as shown, with its `#`. Messages store this name. */
  readonly name: string;
  /** The normalized name, by which names are compared. */
  readonly key: string;
  readonly topic: string;
  /** The roles that may join. If roles, accounts and groups are all empty, everyone may join. */
  readonly roles: readonly AccountRole[];
  /** The name keys of further accounts that may join. */
  readonly accounts: readonly string[];
  /** Those of the accounts that an invitation admitted. */
  readonly invited: readonly string[];
  /** The name keys of groups whose accounts may join. A group may not exist: it admits nobody then. */
  readonly groups: readonly string[];
  /** Whether only moderators may write. */
  readonly readOnly: boolean;
  /** Whether only moderators and admins may join or write. */
  readonly closed: boolean;
  /** Whether the channel still exists after its last member leaves, even without messages. */
  readonly kept: boolean;
  /** The account that created the channel, if the account still exists. */
  readonly createdBy: number | null;
  /** In milliseconds since 1970. */
  readonly createdAt: number;
  /** The last message of a deleted channel of the same name. Messages up to it are hidden and will be deleted. */
  readonly hiddenTo: number;
}

/** The values of a new channel. */
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

/** The properties of a channel that can change. */
export type ChannelChange = Partial<
  Pick<
    Channel,
    "topic" | "roles" | "accounts" | "invited" | "groups" | "readOnly" | "closed" | "kept"
  >
>;

/** An account, or a guest identified by the key of the name. */
export interface Subject {
  readonly accountId: number | null;
  readonly key: string;
}

/** Reads and writes channels. Each call is one short transaction, or part of the caller's. */
export class ChannelStore {
  readonly #database: Database;
  // Prepared, because they run at every departure and every search.
  readonly #marks: { readonly guest: StatementSync; readonly account: StatementSync };

  constructor(database: Database) {
    this.#database = database;
    const marks = (column: string) =>
      database.sqlite.prepare(`SELECT channel_id, last_id FROM expulsions WHERE ${column} = ?`);
    this.#marks = { guest: marks("guest_key"), account: marks("account_id") };
  }

  /** Lists all channels, sorted by name. */
  list(): Channel[] {
    return this.#all("SELECT * FROM channels ORDER BY key").map(toChannel);
  }

  /** Finds a channel by the key of its name. */
  find(key: string): Channel | undefined {
    return this.#all("SELECT * FROM channels WHERE key = ?", key).map(toChannel)[0];
  }

  /** Creates a channel. @throws {NameTaken} */
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

  /** Changes an existing channel. @returns The changed channel. */
  update(id: number, change: ChannelChange): Channel {
    const { topic, roles, accounts, invited, groups, readOnly, closed, kept } = change;
    const orNull = <T>(value: T | undefined, write: (value: T) => string | number) =>
      value === undefined ? null : write(value);
    const [row] = this.#all(
      `UPDATE channels SET topic = coalesce(?, topic), roles = coalesce(?, roles),
              accounts = coalesce(?, accounts), invited = coalesce(?, invited),
              admitted_groups = coalesce(?, admitted_groups), read_only = coalesce(?, read_only),
              closed = coalesce(?, closed), kept = coalesce(?, kept)
        WHERE id = ? RETURNING *`,
      orNull(topic, String),
      orNull(roles, JSON.stringify),
      orNull(accounts, JSON.stringify),
      orNull(invited, JSON.stringify),
      orNull(groups, JSON.stringify),
      orNull(readOnly, Number),
      orNull(closed, Number),
      orNull(kept, Number),
      id,
    );
    if (row === undefined) throw new Error(`expected the id of a channel, got ${id}`);
    return toChannel(row);
  }

  /**
   * Deletes a channel with its members and expulsions. Its messages can no longer be read;
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

  /** Lists the ids of the channels that an account is in. */
  membersOf(accountId: number): number[] {
    return this.#all("SELECT channel_id FROM members WHERE account_id = ?", accountId)
      .map((row) => row["channel_id"] as number);
  }

  /** Whether the channel has a member with an account, or any messages. */
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

  /** Records that an account is in a channel. */
  addMember(channelId: number, accountId: number, now: number): void {
    this.#run(
      "INSERT OR IGNORE INTO members (account_id, channel_id, joined_at) VALUES (?, ?, ?)",
      accountId,
      channelId,
      now,
    );
  }

  /** Records that an account has left a channel. */
  removeMember(channelId: number, accountId: number): void {
    this.#run("DELETE FROM members WHERE account_id = ? AND channel_id = ?", accountId, channelId);
  }

  /** Permanently hides the messages of a channel, up to `lastMessageId`, from a user. */
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

  /** Returns the expulsions of a user: for each channel id, the id of the last hidden message. */
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
    invited: JSON.parse(row["invited"] as string),
    groups: JSON.parse(row["admitted_groups"] as string),
    readOnly: row["read_only"] === 1,
    closed: row["closed"] === 1,
    kept: row["kept"] === 1,
    createdBy: row["created_by"] as number | null,
    createdAt: row["created_at"] as number,
    hiddenTo: row["hidden_to"] as number,
  };
}
