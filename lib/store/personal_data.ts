// Everything that is kept about an account: to be handed out, and to be erased.
import type { SQLInputValue, SQLOutputValue } from "node:sqlite";
import { ERASED_NAME } from "../protocol/names.ts";
import { type Account, toAccount } from "./accounts.ts";
import { type AuditEntry, AuditStore } from "./audit.ts";
import type { Database } from "./database.ts";
import { type KnownNetwork, KnownNetworkStore } from "./known_networks.ts";
import { type StoredMessage, toMessage } from "./messages.ts";
import { type Batch, changeMessages, SMALL_BATCH } from "./steps.ts";
import { type Ban, type Mute, toBan, toMute } from "./sanctions.ts";
import { readConsistently, transact } from "./transaction.ts";

/** A channel that an account has something to do with. Times in milliseconds since 1970. */
export interface ChannelTie {
  readonly channel: string;
  /** Since when the account is in it, or `null`. */
  readonly joinedAt: number | null;
  /** The last message that an expulsion hides from it; 0 if none does. */
  readonly hiddenTo: number;
  /** Whether the account made the channel. */
  readonly maker: boolean;
}

/** All that is kept about an account. */
export interface PersonalData {
  readonly account: Omit<Account, "passwordHash">;
  /** Where it has logged in from lately, the latest first. */
  readonly networks: readonly KnownNetwork[];
  readonly channels: readonly ChannelTie[];
  /** From it and to it, oldest first. */
  readonly privateMessages: readonly StoredMessage[];
  /** Ids of those that it was not sent yet. */
  readonly undelivered: readonly number[];
  /** From it, oldest first. */
  readonly publicMessages: readonly StoredMessage[];
  /** Expired ones included, until they are pruned. */
  readonly bans: readonly Ban[];
  readonly mutes: readonly Mute[];
  /** What it did and what was done to it, newest first. */
  readonly audit: readonly AuditEntry[];
}

/** What of an account's messages is erased. */
export interface Erasure {
  /** Public messages too; otherwise they stay, under {@linkcode ERASED_NAME}. */
  readonly publicMessages: boolean;
}

/** Hands out and erases what is kept about an account. */
export class PersonalDataStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Everything about an account, or `undefined` if there is none with this id. */
  exportAccount(id: number): PersonalData | undefined {
    return readConsistently(this.#database, () => {
      const [row] = this.#all("SELECT * FROM accounts WHERE id = $id", { id });
      if (row === undefined) return undefined;
      const { passwordHash: _, ...account } = toAccount(row);
      const { key } = account;
      return {
        account,
        networks: new KnownNetworkStore(this.#database).list(id),
        channels: this.#all(CHANNEL_TIES, { id }).map(toTie),
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
   * Erases some of the messages of an account, in one short transaction. A caller erases many of them in
   * steps, so that a running server is not kept from writing.
   *
   * @returns How many were erased, or lost their sender; 0 when none are left.
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
   * Erases an account: what is left of its messages, what it waits for, its membership, marks and mutes,
   * the networks it is known from, and itself. Bans of its name and the audit log stay until they expire.
   */
  eraseAccount(account: Pick<Account, "id" | "key">, erasure: Erasure): void {
    const { id, key } = account;
    transact(this.#database, () => {
      while (this.eraseMessages(id, erasure) > 0);
      this.#run(`DELETE FROM mutes WHERE ${MUTED}`, { id, key });
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
  SELECT name, joined_at, coalesce(last_id, 0) AS last_id, created_by IS $id AS maker
    FROM channels
    LEFT JOIN members ON members.channel_id = channels.id AND members.account_id = $id
    LEFT JOIN expulsions ON expulsions.channel_id = channels.id AND expulsions.account_id = $id
   WHERE joined_at IS NOT NULL OR last_id IS NOT NULL OR created_by = $id
   ORDER BY channels.key`;

function toTie(row: Record<string, SQLOutputValue>): ChannelTie {
  return {
    channel: row["name"] as string,
    joinedAt: row["joined_at"] as number | null,
    hiddenTo: row["last_id"] as number,
    maker: row["maker"] === 1,
  };
}
