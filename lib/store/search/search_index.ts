// The full-text index, in a file of its own. It follows the messages with a delay, because indexing a message costs
// several times as much as storing it. It has no data of its own, so an unusable index is deleted and rebuilt.
import type { DatabaseSync } from "node:sqlite";
import { readConsistently, transact } from "../transaction.ts";
import { checkIndex, createIndex, isEmpty } from "./index_state.ts";
import { matchExpression, type Phrase, phrasesOf } from "./query.ts";
import { partsOf, type SearchScope } from "./scope.ts";
import { snippetOf } from "./snippet.ts";
import { LEVELS, spanOf, spanWords } from "./span.ts";
import { wordsOf } from "./words.ts";

/** How much work one step may do. */
export interface StepBudget {
  /** The maximum number of messages. */
  readonly rows: number;
  /** No further message is begun after this many bytes of content. */
  readonly bytes: number;
  /** No further message is begun after this many milliseconds. */
  readonly milliseconds: number;
}

/** The result of a step. */
export interface StepDone {
  /** Messages added to or removed from the index. */
  readonly rows: number;
  readonly bytes: number;
  /** The last applied removal. Removals up to it can be deleted. */
  readonly removedTo: number;
  /** The last indexed message. */
  readonly indexedTo: number;
  /** Whether the index now follows all messages and removals that existed when the step began. */
  readonly complete: boolean;
}

/** The result of a search: ids and snippets, newest first. */
export interface Found {
  readonly messages: readonly { readonly id: number; readonly snippet: string }[];
  /** Whether more, older messages match. */
  readonly more: boolean;
  /** Whether all messages were in the index. If not, the newest may be missing for a while. */
  readonly complete: boolean;
  /** The duration in milliseconds. */
  readonly milliseconds: number;
}

/** A search exceeded its time limit. */
export class SearchExpired extends Error {
  override readonly name = "SearchExpired";

  /** @param milliseconds How long it took. */
  constructor(readonly milliseconds: number) {
    super(`expected a search of fewer milliseconds, got ${Math.round(milliseconds)}`);
  }
}

/** How much a search updates the index before it looks. */
const CATCH_UP: StepBudget = { rows: 20_000, bytes: 2 ** 22, milliseconds: 200 };

// A search begins with the shortest span of ids. It then uses longer or shorter spans, depending on the time each
// takes.
const QUICK_MS = 20;
const SLOW_MS = 80;

/** The index over two open databases: its own, and the message database, which it only reads. */
export class SearchIndex {
  readonly #index: DatabaseSync;
  readonly #messages: DatabaseSync;
  readonly #clock: () => number;

  /**
   * Opens an index that belongs to the messages, or creates one in an empty database.
   *
   * @param clock In milliseconds, for the time limits.
   * @throws {IndexUnfit}
   */
  constructor(
    { index, messages, clock = () => performance.now() }: {
      readonly index: DatabaseSync;
      readonly messages: DatabaseSync;
      readonly clock?: () => number;
    },
  ) {
    this.#index = index;
    this.#messages = messages;
    this.#clock = clock;
    if (isEmpty(index)) createIndex(index, messages);
    checkIndex(index, messages);
  }

  /** Updates the index: first with deleted messages, then with new ones. @throws {IndexUnfit} */
  step(budget: StepBudget): StepDone {
    return readConsistently(
      { sqlite: this.#messages },
      () => transact({ sqlite: this.#index }, () => this.#step(budget)),
    );
  }

  /**
   * Finds messages that have all words of a query, among those that the user may read.
   *
   * Any query is allowed. A query without words finds nothing.
   *
   * @param limitMs The time limit, in milliseconds.
   * @throws {SearchExpired}
   * @throws {IndexUnfit}
   */
  find(query: string, scope: SearchScope, limitMs: number): Found {
    const begun = this.#clock();
    const phrases = phrasesOf(query);
    if (phrases.length === 0) {
      return { messages: [], more: false, complete: true, milliseconds: 0 };
    }
    const { complete, indexedTo } = this.step(CATCH_UP);
    const deadline = begun + limitMs;
    const ids = this.#findIds(phrases, scope, { begun, deadline, indexedTo });
    const messages = ids.slice(0, scope.limit).flatMap((id) => {
      const content = this.#contentOf(id);
      return content === undefined ? [] : [{ id, snippet: snippetOf(content, phrases) }];
    });
    const milliseconds = this.#clock() - begun;
    return { messages, more: ids.length > scope.limit, complete, milliseconds };
  }

  #step({ rows, bytes, milliseconds }: StepBudget): StepDone {
    const state = checkIndex(this.#index, this.#messages);
    const until = this.#clock() + milliseconds;
    let { indexedTo, removedTo } = state;
    let spent = 0;
    let done = 0;
    const within = () => done < rows && spent < bytes && this.#clock() < until;
    const write = this.#index.prepare("INSERT INTO words (rowid, content, scope) VALUES (?, ?, ?)");
    const remove = this.#index.prepare(
      "INSERT INTO words (words, rowid, content, scope) VALUES ('delete', ?, ?, ?)",
    );
    let complete = true;
    for (const row of this.#messages.prepare(QUEUE).iterate(removedTo)) {
      if (!within()) {
        complete = false;
        break;
      }
      const { seq, id, content, scope } = row as unknown as QueueRow;
      // A message that is not indexed yet will be read in its present form.
      if (id <= indexedTo) {
        (row["added"] === 1 ? write : remove).run(id, indexed(content), placed(id, scope));
      }
      removedTo = seq;
      spent += content.length;
      done++;
    }
    // Apply all removals first: a message may have been deleted before it was indexed.
    if (complete) {
      for (const row of this.#messages.prepare(NEW_MESSAGES).iterate(indexedTo)) {
        if (!within()) {
          complete = false;
          break;
        }
        const { id, content, scope } = row as unknown as MessageRow;
        write.run(id, indexed(content), placed(id, scope));
        indexedTo = id;
        spent += content.length;
        done++;
      }
    }
    if (done > 0) {
      this.#index.prepare("UPDATE state SET indexed_to = ?, removed_to = ?")
        .run(indexedTo, removedTo);
    }
    return { rows: done, bytes: spent, removedTo, indexedTo, complete };
  }

  #findIds(
    phrases: readonly Phrase[],
    scope: SearchScope,
    { begun, deadline, indexedTo }: { begun: number; deadline: number; indexedTo: number },
  ): number[] {
    const wanted = scope.limit + 1;
    const words = matchExpression(phrases);
    const newest = Math.min(scope.before ?? Infinity, indexedTo + 1);
    const found: number[] = [];
    const select = this.#index.prepare(FIND);
    for (const { words: who, mark } of partsOf(scope)) {
      const readers = who.map((word) => `"${word}"`).join(" OR ");
      let before = newest;
      let level = 0;
      let left = wanted;
      // The time that every query takes, even with the shortest span.
      let least = Infinity;
      while (before > mark + 1 && left > 0) {
        const start = this.#clock();
        if (start > deadline) throw new SearchExpired(start - begun);
        const span = spanOf(before - 1, level);
        const expression =
          `scope : "${span.word}" AND scope : (${readers}) AND content : (${words})`;
        const rows = select.all(expression, mark, before, left);
        found.push(...rows.map((row) => row["rowid"] as number));
        left -= rows.length;
        before = span.first;
        const took = this.#clock() - start;
        least = Math.min(least, took);
        // The next level has eight times as many ids. It takes eight times as long only if the ids are what costs
        // time.
        if (took < 2 * least + QUICK_MS) level = Math.min(LEVELS - 1, level + 1);
        else if (took > 6 * least + SLOW_MS) level = Math.max(0, level - 1);
      }
    }
    return found.sort((one, other) => other - one).slice(0, wanted);
  }

  #contentOf(id: number): string | undefined {
    const row = this.#messages.prepare("SELECT content FROM messages WHERE id = ?").get(id);
    return row?.["content"] as string | undefined;
  }
}

interface MessageRow {
  readonly id: number;
  readonly content: string;
  readonly scope: string;
}

interface QueueRow extends MessageRow {
  readonly seq: number;
}

const SCOPE = `
  CASE subtype WHEN 'global' THEN 'c' || hex(coalesce(channel, ''))
    ELSE 'a' || coalesce(sender_account, '') || ' a' || coalesce(recipient_account, '') END`;
const NEW_MESSAGES = `
  SELECT id, content, ${SCOPE} AS scope FROM messages WHERE id > ? ORDER BY id`;
const QUEUE = `
  SELECT seq, message_id AS id, content, scope, added FROM search_queue WHERE seq > ? ORDER BY seq`;
// JavaScript numbers are bound as floating-point values. FTS5 uses a bound only if it is an integer.
const FIND = `
  SELECT rowid FROM words
   WHERE words MATCH ? AND rowid > CAST(? AS INTEGER) AND rowid < CAST(? AS INTEGER)
   ORDER BY rowid DESC LIMIT ?`;

/** Returns the index words for the place of a message: its readers and its spans. */
function placed(id: number, scope: string): string {
  return `${scope} ${spanWords(id)}`;
}

/** Returns a content in the form for FTS5: folded words separated by spaces. */
function indexed(content: string): string {
  let text = "";
  for (const word of wordsOf(content)) text += `${word.text} `;
  return text;
}
