// Reads messages back: pages of a channel or a conversation, and searches; and deletes them.
import type { SQLInputValue, StatementSync } from "node:sqlite";
import { nameKey } from "../protocol/names.ts";
import type { Subject } from "./channels.ts";
import type { Database } from "./database.ts";
import { lastExpired } from "./expiry.ts";
import { type StoredMessage, toMessage } from "./messages.ts";
import { SearchIndex } from "./search_index.ts";
import { accountWord, channelWord, matchExpression } from "./search_query.ts";

/** Which part of a history: ids between `after` and `before`, neither included. */
export interface Page {
  /** How many messages at most. */
  readonly limit: number;
  /** Only smaller ids; the greatest of them, unless `after` is given alone. */
  readonly before?: number;
  /** Only greater ids; the smallest of them, if `before` is not given. */
  readonly after?: number;
}

/** Messages, and whether there are more in the direction in which one pages. */
export interface Messages<Message = StoredMessage> {
  readonly messages: Message[];
  readonly more: boolean;
}

/** What somebody may search, and which part of the results is wanted. */
export interface SearchScope {
  /** Channels by name; only messages with an id greater than the mark. */
  readonly channels: readonly { readonly name: string; readonly mark: number }[];
  /** Whose private messages as well, if anybody's. */
  readonly accountId: number | null;
  readonly limit: number;
  /** Only smaller ids. */
  readonly before?: number;
}

/** A message that was searched for. */
export interface FoundMessage extends StoredMessage {
  /** A part of the content with what matched between `«` and `»`. */
  readonly snippet: string;
}

/** What was found, newest first. */
export interface SearchResult extends Messages<FoundMessage> {
  /** Whether all messages were in the index; if not, the newest may be missing for a while. */
  readonly complete: boolean;
}

const HIGHEST_ID = Number.MAX_SAFE_INTEGER;
// So many are indexed within a search; it takes some 20 ms.
const INDEXED_BY_SEARCH = 5000;

/** Reads, finds and deletes messages. */
export class HistoryStore {
  readonly #database: Database;
  readonly #index: SearchIndex;
  readonly #channel: Record<Order, StatementSync>;
  readonly #conversation: Record<Order, StatementSync>;
  readonly #withGuest: Record<Order, StatementSync>;
  readonly #search: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#index = new SearchIndex(database);
    const prepare = (sql: string) => database.sqlite.prepare(sql);
    const both = ({ newest, oldest }: Record<Order, string>) => {
      return { newest: prepare(newest), oldest: prepare(oldest) };
    };
    this.#channel = both(CHANNEL_PAGE);
    this.#conversation = both(CONVERSATION_PAGE);
    this.#withGuest = both(GUEST_CONVERSATION);
    this.#search = prepare(SEARCH);
  }

  /** A page of a channel's messages, oldest first; `after0`: only ids greater than this mark. */
  channel(name: string, page: Page & { readonly after0: number }): Messages {
    const after = Math.max(page.after ?? 0, page.after0);
    const order = orderOf(page);
    const rows = this.#channel[order].all(
      name,
      after,
      page.before ?? HIGHEST_ID,
      page.limit + 1,
    );
    return toPage(rows.map(toMessage), page);
  }

  /**
   * A page of the private messages between an account and somebody else, oldest first. A guest is
   * known by the key of the name, and by having no account.
   */
  conversation(accountId: number, other: Subject, page: Page): Messages {
    const order = orderOf(page);
    const values = { me: accountId, after: page.after ?? 0, before: page.before ?? HIGHEST_ID };
    if (other.accountId !== null) {
      const rows = this.#conversation[order]
        .all({ ...values, other: other.accountId, most: page.limit + 1 });
      return toPage(rows.map(toMessage), page);
    }
    const found: StoredMessage[] = [];
    for (const row of this.#withGuest[order].iterate(values)) {
      const message = toMessage(row);
      const name = message.senderAccount === accountId ? message.recipient! : message.sender;
      if (nameKey(name) === other.key) found.push(message);
      if (found.length > page.limit) break;
    }
    return toPage(found, page);
  }

  /**
   * Finds messages that have all words of a query, within what somebody may read.
   *
   * Any query is allowed; one without words finds nothing.
   */
  search(query: string, scope: SearchScope): SearchResult {
    const words = matchExpression(query);
    if (words === undefined) return { messages: [], more: false, complete: true };
    const complete = this.#index.catchUp(INDEXED_BY_SEARCH);
    const found = partsOf(scope).flatMap(({ words: who, mark }) =>
      this.#search.all(
        `scope : (${who.map((word) => `"${word}"`).join(" OR ")}) AND content : (${words})`,
        mark,
        scope.before ?? HIGHEST_ID,
        scope.limit + 1,
      )
    );
    const messages = found.map((row) => ({ ...toMessage(row), snippet: row["snippet"] as string }))
      .sort((one, other) => other.id - one.id);
    return {
      messages: messages.slice(0, scope.limit),
      more: messages.length > scope.limit,
      complete,
    };
  }

  /** The message with this id. */
  find(id: number): StoredMessage | undefined {
    const row = this.#database.sqlite.prepare("SELECT * FROM messages WHERE id = ?").get(id);
    return row === undefined ? undefined : toMessage(row);
  }

  /** Deletes a message, from the index as well. @returns Whether there was one. */
  delete(id: number): boolean {
    return this.#changes("DELETE FROM messages WHERE id = ?", id) > 0;
  }

  /** When the newest message was sent, by the clock of that moment. */
  newestTime(): number | undefined {
    const row = this.#database.sqlite.prepare(
      "SELECT sent_at FROM messages ORDER BY id DESC LIMIT 1",
    ).get();
    return row?.["sent_at"] as number | undefined;
  }

  /** The greatest id that was ever given to a message; 0 before the first. */
  lastId(): number {
    const row = this.#database.sqlite.prepare(
      "SELECT seq FROM sqlite_sequence WHERE name = 'messages'",
    ).get();
    return row === undefined ? 0 : row["seq"] as number;
  }

  /**
   * Deletes the oldest messages from before a time, in one transaction. Each takes about 0.15 ms, most
   * of it to leave no trace in the index.
   *
   * @param batch How many at most.
   * @param now The time by a right clock; see {@linkcode lastExpired}.
   * @returns How many were deleted.
   */
  prune(before: number, batch: number, now?: number): number {
    const last = lastExpired(this.#database.sqlite, "messages", { before, now, most: batch });
    return last === undefined ? 0 : this.#changes("DELETE FROM messages WHERE id <= ?", last);
  }

  /** Deletes the oldest messages of a channel, at most `batch`. @returns How many were deleted. */
  clear(channel: string, batch: number): number {
    return this.#changes(
      `DELETE FROM messages WHERE id IN
         (SELECT id FROM messages WHERE channel = ? ORDER BY id LIMIT ?)`,
      channel,
      batch,
    );
  }

  #changes(sql: string, ...values: SQLInputValue[]): number {
    const { sqlite } = this.#database;
    return Number(sqlite.prepare(sql).run(...values).changes);
  }
}

type Order = "newest" | "oldest";

/** Makes the statement that reads the newest, and the one that reads the oldest, of some messages. */
function bothOrders(make: (order: string) => string): Record<Order, string> {
  return { newest: make("DESC"), oldest: make("ASC") };
}

/** The statements of {@linkcode HistoryStore.channel}; the test of query plans reads them. */
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

/** The statements of {@linkcode HistoryStore.conversation} with a guest, whose key is compared later. */
export const GUEST_CONVERSATION = bothOrders((order) => {
  const side = (mine: string, other: string) =>
    `SELECT * FROM messages WHERE subtype = 'private' AND ${mine} = $me AND ${other} IS NULL
        AND id > $after AND id < $before`;
  return `${side("sender_account", "recipient_account")}
    UNION ALL ${side("recipient_account", "sender_account")} ORDER BY id ${order}`;
});

// JavaScript's numbers are bound as real ones; FTS5 uses a bound only if it is a whole one.
const SEARCH = `
  SELECT messages.*, snippet(search, 0, '«', '»', '…', 16) AS snippet
    FROM search CROSS JOIN messages ON messages.id = search.rowid
   WHERE search MATCH ?
     AND search.rowid > CAST(? AS INTEGER) AND search.rowid < CAST(? AS INTEGER)
   ORDER BY search.rowid DESC LIMIT ?`;

function orderOf({ before, after }: Page): Order {
  return after !== undefined && before === undefined ? "oldest" : "newest";
}

function toPage(messages: StoredMessage[], page: Page): Messages {
  const more = messages.length > page.limit;
  const kept = more ? messages.slice(0, page.limit) : messages;
  return { messages: orderOf(page) === "newest" ? kept.reverse() : kept, more };
}

interface Part {
  readonly words: string[];
  readonly mark: number;
}

// What has no mark is searched at once; a channel with a mark by itself, so that what lies before the
// mark is never visited.
function partsOf({ channels, accountId }: SearchScope): Part[] {
  const open = channels.filter(({ mark }) => mark <= 0).map(({ name }) => channelWord(name));
  if (accountId !== null) open.push(accountWord(accountId));
  const marked = channels.filter(({ mark }) => mark > 0)
    .map(({ name, mark }) => ({ words: [channelWord(name)], mark }));
  return open.length === 0 ? marked : [{ words: open, mark: 0 }, ...marked];
}
