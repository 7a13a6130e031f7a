// Reads stored messages in pages of a channel or a conversation, and deletes messages.
import type { SQLInputValue, SQLOutputValue, StatementSync } from "node:sqlite";
import type { Subject } from "./channels.ts";
import type { Database } from "./database.ts";
import { lastExpired } from "./expiry.ts";
import { type StoredMessage, toMessage } from "./messages.ts";
import { type Batch, changeMessages } from "./steps.ts";

/** Selects a part of a history: ids between `after` and `before`, both excluded. */
export interface Page {
  /** The maximum number of messages. */
  readonly limit: number;
  /** Only smaller ids. The page has the greatest of them, unless only `after` is given. */
  readonly before?: number;
  /** Only greater ids. If `before` is not given, the page has the smallest of them. */
  readonly after?: number;
  /**
   * Whether a message still fits into the reply. It is called for each message in the order of reading. The first
   * message that does not fit ends the page, so that the server reads only what it sends. The first message always
   * fits.
   */
  readonly fits?: (message: StoredMessage) => boolean;
}

/** A page of messages, and whether more exist in the direction of paging. */
export interface Messages {
  /** Oldest first. */
  readonly messages: readonly StoredMessage[];
  readonly more: boolean;
}

const HIGHEST_ID = Number.MAX_SAFE_INTEGER;

/** Reads, finds and deletes messages. */
export class HistoryStore {
  readonly #database: Database;
  readonly #channel: Record<Order, StatementSync>;
  readonly #conversation: Record<Order, StatementSync>;
  readonly #withGuest: Record<Order, StatementSync>;
  readonly #byId: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    const prepare = (sql: string) => database.sqlite.prepare(sql);
    const both = ({ newest, oldest }: Record<Order, string>) => {
      return { newest: prepare(newest), oldest: prepare(oldest) };
    };
    this.#channel = both(CHANNEL_PAGE);
    this.#conversation = both(CONVERSATION_PAGE);
    this.#withGuest = both(GUEST_CONVERSATION);
    this.#byId = prepare("SELECT * FROM messages WHERE id = ?");
  }

  /** Returns a page of a channel's messages, oldest first. `after0`: only ids greater than this. */
  channel(name: string, page: Page & { readonly after0: number }): Messages {
    const after = Math.max(page.after ?? 0, page.after0);
    const rows = this.#channel[orderOf(page)]
      .iterate(name, after, page.before ?? HIGHEST_ID, page.limit + 1);
    return readPage(rows, page);
  }

  /**
   * Returns a page of the private messages between an account and another user, oldest first. A guest is identified
   * by the key of the name and the missing account.
   */
  conversation(accountId: number, { accountId: other, key }: Subject, page: Page): Messages {
    const order = orderOf(page);
    const after = page.after ?? 0;
    const before = page.before ?? HIGHEST_ID;
    const values = { me: accountId, after, before, most: page.limit + 1 };
    const rows = other === null
      ? this.#withGuest[order].iterate({ ...values, key })
      : this.#conversation[order].iterate({ ...values, other });
    return readPage(rows, page);
  }

  /** Finds a message by its id. */
  find(id: number): StoredMessage | undefined {
    const row = this.#byId.get(id);
    return row === undefined ? undefined : toMessage(row);
  }

  /** Deletes a message. @returns Whether it existed. */
  delete(id: number): boolean {
    return this.#database.sqlite.prepare("DELETE FROM messages WHERE id = ?").run(id).changes > 0;
  }

  /** Returns the time at which the newest message was sent, by the clock of that moment. */
  newestTime(): number | undefined {
    const row = this.#database.sqlite.prepare(
      "SELECT sent_at FROM messages ORDER BY id DESC LIMIT 1",
    ).get();
    return row?.["sent_at"] as number | undefined;
  }

  /** Returns the greatest id that any message has had; 0 before the first message. */
  lastId(): number {
    const row = this.#database.sqlite.prepare(
      "SELECT seq FROM sqlite_sequence WHERE name = 'messages'",
    ).get();
    return row === undefined ? 0 : row["seq"] as number;
  }

  /**
   * Deletes the oldest messages that are older than `before`, one batch.
   *
   * @param now The present time of a correct clock; see {@linkcode lastExpired}.
   * @returns The number of messages deleted.
   */
  prune(before: number, batch: Batch, now?: number): number {
    const { sqlite } = this.#database;
    const last = lastExpired(sqlite, "messages", { before, now, most: batch.rows });
    if (last === undefined) return 0;
    return this.#delete(
      "SELECT id, octet_length(content) AS bytes FROM messages WHERE id <= ? ORDER BY id",
      [last],
      batch,
    );
  }

  /**
   * Deletes a batch of the messages of deleted channels.
   *
   * @returns The number of messages deleted, or 1 for a channel that has none left; 0 when all are gone.
   */
  clearDeletedChannels(batch: Batch): number {
    const { sqlite } = this.#database;
    const row = sqlite.prepare("SELECT name, last_id FROM deleted_channels LIMIT 1").get();
    if (row === undefined) return 0;
    const deleted = this.#delete(
      `SELECT id, octet_length(content) AS bytes FROM messages
        WHERE channel = ? AND id <= ? ORDER BY id`,
      [row["name"]!, row["last_id"]!],
      batch,
    );
    if (deleted > 0) return deleted;
    sqlite.prepare("DELETE FROM deleted_channels WHERE name = ?").run(row["name"]!);
    return 1;
  }

  #delete(select: string, values: readonly SQLInputValue[], batch: Batch): number {
    const change = "DELETE FROM messages WHERE id = ?";
    return changeMessages(this.#database, { select, values, change, batch });
  }
}

type Order = "newest" | "oldest";

/** Returns a statement that reads the newest of some messages, and one that reads the oldest. */
function bothOrders(make: (order: string) => string): Record<Order, string> {
  return { newest: make("DESC"), oldest: make("ASC") };
}

/** The statements of {@linkcode HistoryStore.channel}. The test of query plans reads them. */
export const CHANNEL_PAGE = bothOrders((order) =>
  `SELECT * FROM messages WHERE channel = ? AND id > ? AND id < ? ORDER BY id ${order} LIMIT ?`
);

/** The statements of {@linkcode HistoryStore.conversation} with an account. */
export const CONVERSATION_PAGE = bothOrders((order) => {
  const side = (sender: string, recipient: string) =>
    `SELECT * FROM messages WHERE subtype = 'private' AND sender_account = ${sender}
        AND recipient_account = ${recipient} AND id > $after AND id < $before`;
  return `${side("$me", "$other")} UNION ALL ${side("$other", "$me")} AND $me <> $other
    ORDER BY id ${order} LIMIT $most`;
});

/** The statements of {@linkcode HistoryStore.conversation} with a user without an account. */
export const GUEST_CONVERSATION = bothOrders((order) =>
  `SELECT messages.* FROM guest_letters CROSS JOIN messages ON messages.id = message_id
    WHERE account_id = $me AND guest_key = $key AND message_id > $after AND message_id < $before
    ORDER BY message_id ${order} LIMIT $most`
);

function orderOf({ before, after }: Page): Order {
  return after !== undefined && before === undefined ? "oldest" : "newest";
}

function readPage(rows: Iterable<Record<string, SQLOutputValue>>, page: Page): Messages {
  const messages: StoredMessage[] = [];
  let more = false;
  for (const row of rows) {
    const message = toMessage(row);
    more = messages.length === page.limit ||
      page.fits?.(message) === false && messages.length > 0;
    if (more) break;
    messages.push(message);
  }
  return { messages: orderOf(page) === "newest" ? messages.reverse() : messages, more };
}
