// The full-text index, in a file of its own. It follows the messages at a distance: indexing one costs
// several times what storing it does. It is never the only copy of anything, so what does not fit is thrown
// away and built anew.
import process from "node:process";
import type { DatabaseSync } from "node:sqlite";
import { readConsistently, transact } from "../transaction.ts";
import { matchExpression, type Phrase, phrasesOf } from "./query.ts";
import { partsOf, type SearchScope } from "./scope.ts";
import { snippetOf } from "./snippet.ts";
import { WORDS_VERSION, wordsOf } from "./words.ts";

/** The index does not belong to the messages, or is damaged: it has to be built anew. */
export class IndexUnfit extends Error {
  override readonly name = "IndexUnfit";
}

/** How much one step may do. */
export interface StepBudget {
  /** Messages at most. */
  readonly rows: number;
  /** Bytes of contents after which no further message is begun. */
  readonly bytes: number;
  /** Milliseconds after which no further message is begun. */
  readonly milliseconds: number;
}

/** What a step has done. */
export interface StepDone {
  /** Messages that entered or left the index. */
  readonly rows: number;
  readonly bytes: number;
  /** The last removal that the index has followed: those up to it need not be kept. */
  readonly removedTo: number;
  /** The last message that the index has seen. */
  readonly indexedTo: number;
  /** Whether the index had everything when the step began. */
  readonly complete: boolean;
}

/** Messages that were found: ids and snippets, newest first. */
export interface Found {
  readonly messages: readonly { readonly id: number; readonly snippet: string }[];
  /** Whether there are more, older ones. */
  readonly more: boolean;
  /** Whether all messages were in the index; if not, the newest may be missing for a while. */
  readonly complete: boolean;
  /** Milliseconds that it took. */
  readonly milliseconds: number;
}

/** A search took too long. */
export class SearchExpired extends Error {
  override readonly name = "SearchExpired";

  /** @param milliseconds How long it took. */
  constructor(readonly milliseconds: number) {
    super(`expected a search of fewer milliseconds, got ${Math.round(milliseconds)}`);
  }
}

/** Marks a file as an index of ClassCord's ("ClCx" in ASCII). */
const APPLICATION_ID = 0x436c4378;
const SCHEMA_VERSION = 1;

/** How far a search brings the index up before it looks. */
const CATCH_UP: StepBudget = { rows: 20_000, bytes: 2 ** 22, milliseconds: 200 };

/** Ids that are looked through at once at first; then more or fewer, by the time it takes. */
const FIRST_SPAN = 4_000;
const SMALLEST_SPAN = 50;
const QUICK_MS = 20;
const SLOW_MS = 80;

/** The index over two open databases: its own, and the one of the messages, which it only reads. */
export class SearchIndex {
  readonly #index: DatabaseSync;
  readonly #messages: DatabaseSync;
  readonly #clock: () => number;

  /**
   * Takes an index that fits the messages, or an empty database.
   *
   * @param clock In milliseconds, for the bounds on time.
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
    if (numberOf(index, "SELECT count(*) AS n FROM sqlite_schema") === 0) this.#create();
    this.#check();
  }

  /** Follows the messages for a while: first what was deleted, then what is new. @throws {IndexUnfit} */
  step(budget: StepBudget): StepDone {
    return readConsistently(
      { sqlite: this.#messages },
      () => transact({ sqlite: this.#index }, () => this.#step(budget)),
    );
  }

  /**
   * Finds messages that have all words of a query, within what somebody may read.
   *
   * Any query is allowed; one without words finds nothing.
   *
   * @param limitMs Milliseconds that it may take.
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
    const state = this.#check();
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
      // What was not indexed yet is read as it is by then.
      if (id <= indexedTo) (row["added"] === 1 ? write : remove).run(id, indexed(content), scope);
      removedTo = seq;
      spent += content.length;
      done++;
    }
    // A message that was deleted unindexed must be passed over by its removal first.
    if (complete) {
      for (const row of this.#messages.prepare(NEW_MESSAGES).iterate(indexedTo)) {
        if (!within()) {
          complete = false;
          break;
        }
        const { id, content, scope } = row as unknown as MessageRow;
        write.run(id, indexed(content), scope);
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
      const expression = `scope : (${readers}) AND content : (${words})`;
      let before = newest;
      let span = FIRST_SPAN;
      let left = wanted;
      while (before > mark + 1 && left > 0) {
        const start = this.#clock();
        if (start > deadline) throw new SearchExpired(start - begun);
        const after = Math.max(mark, before - 1 - span);
        const rows = select.all(expression, after, before, left);
        found.push(...rows.map((row) => row["rowid"] as number));
        left -= rows.length;
        before = after + 1;
        const took = this.#clock() - start;
        if (took < QUICK_MS) span *= 4;
        else if (took > SLOW_MS) span = Math.max(SMALLEST_SPAN, Math.floor(span / 4));
      }
    }
    return found.sort((one, other) => other - one).slice(0, wanted);
  }

  #contentOf(id: number): string | undefined {
    const row = this.#messages.prepare("SELECT content FROM messages WHERE id = ?").get(id);
    return row?.["content"] as string | undefined;
  }

  #create(): void {
    this.#index.exec(`
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${SCHEMA_VERSION};
      CREATE VIRTUAL TABLE words USING fts5 (
        content, scope, content = '', columnsize = 0, prefix = '2 3', tokenize = 'ascii'
      );
      -- What is deleted leaves no words behind in the index.
      INSERT INTO words (words, rank) VALUES ('secure-delete', 1);
      CREATE TABLE state (
        id         INTEGER PRIMARY KEY CHECK (id = 1),
        database   TEXT NOT NULL,
        folding    TEXT NOT NULL,
        indexed_to INTEGER NOT NULL,
        removed_to INTEGER NOT NULL
      ) STRICT;`);
    const { identity, removals } = this.#source();
    this.#index.prepare("INSERT INTO state VALUES (1, ?, ?, 0, ?)")
      .run(identity, FOLDING, removals.last);
  }

  // The file may be of another database, of another version, or of an older copy of this one.
  #check(): { indexedTo: number; removedTo: number } {
    const id = this.#index.prepare("PRAGMA application_id").get()!["application_id"];
    const version = this.#index.prepare("PRAGMA user_version").get()!["user_version"];
    if (id !== APPLICATION_ID || version !== SCHEMA_VERSION) {
      throw new IndexUnfit(`expected an index of version ${SCHEMA_VERSION}, got another file`);
    }
    const state = this.#index.prepare("SELECT * FROM state").get();
    const { identity, removals, lastId } = this.#source();
    const indexedTo = state?.["indexed_to"] as number;
    const removedTo = state?.["removed_to"] as number;
    const fits = state?.["database"] === identity && state["folding"] === FOLDING &&
      indexedTo <= lastId && removedTo <= removals.last && removedTo >= removals.first - 1;
    if (!fits) throw new IndexUnfit("expected the index of these messages, got another one");
    return { indexedTo, removedTo };
  }

  #source(): { identity: string; lastId: number; removals: { first: number; last: number } } {
    const row = this.#messages.prepare(SOURCE).get()!;
    const last = row["last_removal"] as number;
    return {
      identity: row["identity"] as string,
      lastId: row["last_id"] as number,
      removals: { first: (row["first_removal"] as number | null) ?? last + 1, last },
    };
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

/** What decides which words a text has: another version of Unicode may fold it otherwise. */
const FOLDING = `${WORDS_VERSION} ${process.versions["unicode"] ?? ""}`;

const SCOPE = `
  CASE subtype WHEN 'global' THEN 'c' || hex(coalesce(channel, ''))
    ELSE 'a' || coalesce(sender_account, '') || ' a' || coalesce(recipient_account, '') END`;
const NEW_MESSAGES = `
  SELECT id, content, ${SCOPE} AS scope FROM messages WHERE id > ? ORDER BY id`;
const QUEUE = `
  SELECT seq, message_id AS id, content, scope, added FROM search_queue WHERE seq > ? ORDER BY seq`;
const SOURCE = `
  SELECT identity,
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0) AS last_id,
         (SELECT min(seq) FROM search_queue) AS first_removal,
         coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'search_queue'), 0) AS last_removal
    FROM state`;
// JavaScript's numbers are bound as real ones; FTS5 uses a bound only if it is a whole one.
const FIND = `
  SELECT rowid FROM words
   WHERE words MATCH ? AND rowid > CAST(? AS INTEGER) AND rowid < CAST(? AS INTEGER)
   ORDER BY rowid DESC LIMIT ?`;

/** A content as FTS5 gets it: folded words with spaces between them. */
function indexed(content: string): string {
  let text = "";
  for (const word of wordsOf(content)) text += `${word.text} `;
  return text;
}

function numberOf(sqlite: DatabaseSync, sql: string): number {
  return sqlite.prepare(sql).get()!["n"] as number;
}
