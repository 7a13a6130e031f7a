// Exports and erases everything that is stored about an account.
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { ERASED_NAME } from "../protocol/names.ts";
import { type Account, toAccount } from "./accounts.ts";
import { type AuditEntry, AuditStore } from "./audit.ts";
import type { Database } from "./database.ts";
import { type Group, GroupStore } from "./groups.ts";
import { type KnownNetwork, KnownNetworkStore } from "./known_networks.ts";
import { type StoredMessage, toMessage } from "./messages.ts";
import { type WebSession, WebSessionStore } from "./page/web_sessions.ts";
import { type Batch, changeMessages, SMALL_BATCH } from "./steps.ts";
import { type Ban, type Mute, toBan, toMute } from "./sanctions.ts";
import { type StoredVisit, VisitStore } from "./lesson/visits.ts";
import { readConsistently, transact } from "./transaction.ts";

/** The relation of an account to a channel. Times are in milliseconds since 1970. */
export interface ChannelTie {
  readonly channel: string;
  /** When the account joined, or `null` if it is not in the channel. */
  readonly joinedAt: number | null;
  /** The last message that an expulsion hides from the account; 0 if none. */
  readonly hiddenTo: number;
  /** Whether the account created the channel. */
  readonly maker: boolean;
  /** The last message that the account has marked as read; 0 without a mark. */
  readonly seen: number;
}

/** A user that an account has exchanged private messages with. */
export interface ConversationTie {
  /** The key of the other user's name. */
  readonly peer: string;
  /** The last message that the account has marked as read; 0 without a mark. */
  readonly seen: number;
}

/** Everything that is stored about an account. */
export interface PersonalData {
  readonly account: Omit<Account, "passwordHash">;
  /** The networks from which it has recently logged in, newest first. */
  readonly networks: readonly KnownNetwork[];
  /** The tokens of the account, the newest first. */
  readonly webSessions: readonly WebSession[];
  /** The groups that the account is in, sorted by name. */
  readonly groups: readonly Group[];
  /** When it was online, the earliest visit first. */
  readonly visits: readonly StoredVisit[];
  readonly channels: readonly ChannelTie[];
  /** The conversations of the account, sorted by name. */
  readonly conversations: readonly ConversationTie[];
  /** Messages from and to the account, oldest first. */
  readonly privateMessages: readonly StoredMessage[];
  /** Ids of the messages that are kept for the account. */
  readonly undelivered: readonly number[];
  /** Messages from the account, oldest first. */
  readonly publicMessages: readonly StoredMessage[];
  /** Including expired bans that are not deleted yet. */
  readonly bans: readonly Ban[];
  readonly mutes: readonly Mute[];
  /** Entries with the account as actor or target, newest first. */
  readonly audit: readonly AuditEntry[];
}

/** Which messages of an account to erase. */
export interface Erasure {
  /** Whether to erase public messages too. Otherwise they stay, under {@linkcode ERASED_NAME}. */
  readonly publicMessages: boolean;
}

/** Exports and erases what is stored about an account. */
export class PersonalDataStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Returns everything about an account; `undefined` if no account has this id. */
  exportAccount(id: number): PersonalData | undefined {
    return readConsistently(this.#database, () => {
      const [row] = this.#all("SELECT * FROM accounts WHERE id = $id", { id });
      if (row === undefined) return undefined;
      const { passwordHash: _, ...account } = toAccount(row);
      const { key } = account;
      return {
        account,
        networks: new KnownNetworkStore(this.#database).list(id),
        webSessions: new WebSessionStore(this.#database).list(id, -Infinity),
        groups: new GroupStore(this.#database).of(id),
        visits: new VisitStore(this.#database).allOf(id),
        channels: this.#all(CHANNEL_TIES, { id }).map(toTie),
        conversations: this.#all(
          "SELECT peer_key, seen_id FROM conversations WHERE account_id = $id ORDER BY peer_key",
          { id },
        ).map((row) => ({ peer: row["peer_key"] as string, seen: row["seen_id"] as number })),
        privateMessages: this.#all(`SELECT * FROM messages WHERE ${PRIVATE} ORDER BY id`, { id })
          .map(toMessage),
        undelivered: this.#all(
          "SELECT message_id FROM undelivered WHERE account_id = $id ORDER BY message_id",
          { id },
        ).map((row) => row["message_id"] as number),
        publicMessages: this.#all(`SELECT * FROM messages WHERE ${PUBLIC} ORDER BY id`, { id })
          .map(toMessage),
        bans: this.#all("SELECT * FROM bans WHERE kind = 'user' AND subject = $key", { key })
          .map(toBan),
        mutes: this.#all(`SELECT * FROM mutes WHERE ${MUTED}`, { id, key }).map(toMute),
        audit: new AuditStore(this.#database).list({ user: account.name, limit: Infinity }),
      };
    });
  }

  /**
   * Erases a batch of an account's messages, in one short transaction. Call it in steps to erase many messages, so
   * that a running server can write between them.
   *
   * @returns The number of messages erased or made anonymous; 0 when none are left.
   */
  eraseMessages(id: number, { publicMessages }: Erasure, batch: Batch = SMALL_BATCH): number {
    const erase = "DELETE FROM messages WHERE id = ?";
    const steps = [
      { which: "subtype = 'private' AND sender_account = ?", change: erase },
      { which: "subtype = 'private' AND recipient_account = ?", change: erase },
      {
        which: "subtype = 'global' AND sender_account = ?",
        change: publicMessages ? erase : LEAVE,
      },
    ];
    for (const { which, change } of steps) {
      const select = `SELECT id, octet_length(content) AS bytes FROM messages WHERE ${which}`;
      const count = changeMessages(this.#database, { select, values: [id], change, batch });
      if (count > 0) return count;
    }
    return 0;
  }

  /**
   * Erases an account: its remaining messages, kept messages, memberships, groups, expulsions, mutes, known networks, tokens,
   * visits, read marks, its name in the conversations of others, and the account itself. Bans of its name and the audit log stay
   * until they expire.
   */
  eraseAccount(account: Pick<Account, "id" | "key">, erasure: Erasure): void {
    const { id, key } = account;
    transact(this.#database, () => {
      while (this.eraseMessages(id, erasure) > 0);
      this.#run(`DELETE FROM mutes WHERE ${MUTED}`, { id, key });
      this.#run("DELETE FROM conversations WHERE peer_key = $key", { key });
      this.#run("DELETE FROM accounts WHERE id = $id", { id });
    });
  }

  #all(sql: string, values: Record<string, SQLInputValue>): Record<string, SQLOutputValue>[] {
    return this.#database.sqlite.prepare(sql).all(values);
  }

  #run(sql: string, values: Record<string, SQLInputValue>): void {
    this.#database.sqlite.prepare(sql).run(values);
  }
}

const PRIVATE = "subtype = 'private' AND (sender_account = $id OR recipient_account = $id)";
const PUBLIC = "subtype = 'global' AND sender_account = $id";
const LEAVE =
  `UPDATE messages SET sender = '${ERASED_NAME}', sender_account = NULL, extra = NULL WHERE id = ?`;
const MUTED = "key = $key OR account_id = $id";
const CHANNEL_TIES = `
  SELECT name, joined_at, coalesce(last_id, 0) AS last_id, created_by IS $id AS maker,
         coalesce(seen_id, 0) AS seen_id
    FROM channels
    LEFT JOIN members ON members.channel_id = channels.id AND members.account_id = $id
    LEFT JOIN expulsions ON expulsions.channel_id = channels.id AND expulsions.account_id = $id
    LEFT JOIN read_marks ON read_marks.channel_id = channels.id AND read_marks.account_id = $id
   WHERE joined_at IS NOT NULL OR last_id IS NOT NULL OR created_by = $id OR seen_id IS NOT NULL
   ORDER BY channels.key`;

function toTie(row: Record<string, SQLOutputValue>): ChannelTie {
  return {
    channel: row["name"] as string,
    joinedAt: row["joined_at"] as number | null,
    hiddenTo: row["last_id"] as number,
    maker: row["maker"] === 1,
    seen: row["seen_id"] as number,
  };
}
