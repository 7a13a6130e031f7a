// A search index for tests, in memory and in the thread of the test.
import { DatabaseSync } from "node:sqlite";
import type { Database } from "../../lib/store/database.ts";
import { MessageStore, type NewMessage } from "../../lib/store/messages.ts";
import type { Searcher } from "../../lib/store/search/searcher.ts";
import type { SearchScope } from "../../lib/store/search/scope.ts";
import { type Found, SearchIndex, type StepDone } from "../../lib/store/search/search_index.ts";
import { newMessage } from "./messages.ts";

/** All places in which messages of a test may be. */
export const EVERYWHERE: SearchScope = {
  channels: [{ name: "#général", mark: 0 }, { name: "#dev", mark: 0 }],
  accountId: null,
  limit: 1000,
};

/** Stores messages. @returns Their ids. */
export function say(database: Database, ...messages: Partial<NewMessage>[]): number[] {
  return new MessageStore(database).append(messages.map(newMessage));
}

const UNBOUNDED = { rows: Infinity, bytes: Infinity, milliseconds: Infinity };

/** An index of a database's messages. */
export class TestIndex implements Searcher {
  readonly sqlite = new DatabaseSync(":memory:");
  readonly index: SearchIndex;

  constructor({ sqlite }: Pick<Database, "sqlite">) {
    this.sqlite.exec("PRAGMA secure_delete = ON");
    this.index = new SearchIndex({ index: this.sqlite, messages: sqlite });
  }

  /** Updates the index, by default with all messages. */
  step(rows = Infinity): StepDone {
    return this.index.step({ ...UNBOUNDED, rows });
  }

  /** Searches immediately. */
  search(query: string, scope: SearchScope): Found {
    return this.index.find(query, scope, Infinity);
  }

  /** Returns the ids of matching messages. */
  ids(query: string, scope: SearchScope): number[] {
    return this.search(query, scope).messages.map(({ id }) => id);
  }

  /** Returns the words of contents that are in the index. */
  words(): Set<string> {
    this.sqlite.exec(
      "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, words, 'col')",
    );
    const rows = this.sqlite.prepare("SELECT term FROM vocabulary WHERE col = 'content'").all();
    return new Set(rows.map(({ term }) => term as string));
  }

  /** See {@linkcode Searcher.find}. */
  async find(query: string, scope: SearchScope): Promise<Found> {
    await Promise.resolve();
    return this.search(query, scope);
  }
}
