// Tests of searching: what people type never is syntax, and the index follows the messages.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Database } from "../../lib/store/database.ts";
import { HistoryStore } from "../../lib/store/history.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { SearchIndex } from "../../lib/store/search_index.ts";
import { matchExpression } from "../../lib/store/search_query.ts";
import { withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";

const EVERYWHERE = {
  channels: [{ name: "#général", mark: 0 }, { name: "#dev", mark: 0 }],
  accountId: null,
  limit: 1000,
};

function found(history: HistoryStore, query: string): number[] {
  return history.search(query, EVERYWHERE).messages.map(({ id }) => id);
}

Deno.test("matchExpression quotes words, and takes the last one for a beginning", () => {
  assert.equal(matchExpression("mot"), '"mot"*');
  assert.equal(matchExpression("deux mots "), '"deux" AND "mots"');
  assert.equal(matchExpression("aujourd'hui, a"), '"aujourd hui" AND "a"');
  assert.equal(matchExpression('"a" OR b* NEAR(c'), '"a" AND "OR" AND "b" AND "NEAR c"');
  for (const nothing of ["", " ", '"', "***", "\u0000", "\u0301", "\ud800", "😀"]) {
    assert.equal(matchExpression(nothing), undefined, JSON.stringify(nothing));
  }
});

Deno.test("a search takes any text, and nothing in it is syntax", async () => {
  await withDatabase((database) => {
    const contents = ["alpha beta", "OR", "near the sea", "content: scope", "été", "c23"];
    new MessageStore(database).append(contents.map((content) => newMessage({ content })));
    const history = new HistoryStore(database);
    assert.deepEqual(found(history, "alpha OR "), []);
    assert.deepEqual(found(history, "or "), [2]);
    assert.deepEqual(found(history, "alpha NOT beta "), []);
    assert.deepEqual(found(history, "NEAR("), [3]);
    assert.deepEqual(found(history, "scope : content"), [4]);
    assert.deepEqual(found(history, "ete\u0301"), [5]);
    assert.deepEqual(found(history, "^alpha"), [1]);
    assert.deepEqual(found(history, "al*"), [1]);
    // The words that stand for channels are not words of a message.
    assert.deepEqual(found(history, "c23"), [6]);
    const hostile = ['"', '""', "'", "(", ")", "*", "a*b", "-a", "+", "a\u0000b", "{a b}:c", "\\"]
      .concat(["a".repeat(10_000), "a ".repeat(5_000), '"a" '.repeat(2_500), "'".repeat(10_000)]);
    fc.assert(fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 40 }),
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.array(fc.constantFrom(...hostile, "NEAR(", "AND", "OR", "NOT", "alpha", ":", "^", " "))
          .map((parts) => parts.join("")),
      ),
      (query) => {
        history.search(query, EVERYWHERE);
      },
    ));
    for (const query of hostile) history.search(query, EVERYWHERE);
  });
});

Deno.test("a search finds what was just stored, and says when the index is far behind", async () => {
  await withDatabase((database) => {
    const messages = new MessageStore(database);
    const history = new HistoryStore(database);
    const index = new SearchIndex(database);
    messages.append(Array.from({ length: 12_000 }, (_, i) => newMessage({ content: `m${i}` })));
    assert.equal(index.behind(), 12_000);
    const early = history.search("m11999", EVERYWHERE);
    assert.deepEqual([early.messages.length, early.complete], [0, false]);
    assert.equal(index.catchUp(100), false);
    while (!index.catchUp(5_000));
    assert.equal(index.behind(), 0);
    const late = history.search("m11999", EVERYWHERE);
    assert.deepEqual([late.messages.map(({ id }) => id), late.complete], [[12_000], true]);
  });
});

const WORDS = ["un", "deux", "trois", "quatre"];

type Step =
  | { readonly append: readonly number[][] }
  | { readonly index: number }
  | { readonly remove: number }
  | { readonly prune: number }
  | { readonly clear: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ append: fc.array(fc.array(fc.nat(3), { maxLength: 4 }), { maxLength: 6 }) }),
  fc.record({ index: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ remove: fc.nat(30) }),
  fc.record({ prune: fc.nat(30) }),
  fc.record({ clear: fc.nat(3) }),
);

Deno.test("whatever is stored, deleted and pruned, the index and the messages agree", async () => {
  await withDatabase((database) => {
    database.sqlite.exec("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, 'col')");
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 25 }), (sequence) => {
        database.sqlite.exec("DELETE FROM messages");
        run(database, sequence);
        const history = new HistoryStore(database);
        const all = [...new MessageStore(database).iterate()];
        for (const word of WORDS) {
          const having = all.filter(({ content }) => content.split(" ").includes(word));
          assert.deepEqual(found(history, `${word} `), having.map(({ id }) => id).reverse(), word);
        }
        database.sqlite.exec("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)");
        const left = database.sqlite.prepare("SELECT term FROM words WHERE col = 'content'").all();
        const expected = new Set(all.flatMap(({ content }) => content.split(" ")).filter(Boolean));
        assert.deepEqual(new Set(left.map(({ term }) => term)), expected);
      }),
      { numRuns: 60 },
    );
  });
});

function run(database: Database, sequence: readonly Step[]): void {
  const messages = new MessageStore(database);
  const history = new HistoryStore(database);
  const base = history.lastId();
  for (const step of sequence) {
    if ("append" in step) {
      messages.append(step.append.map((words, i) =>
        newMessage({
          content: words.map((word) => WORDS[word]).join(" "),
          channel: i % 2 === 0 ? "#général" : "#dev",
          sentAt: history.lastId() - base + i,
        })
      ));
    } else if ("index" in step) new SearchIndex(database).catchUp(step.index);
    else if ("remove" in step) history.delete(base + step.remove);
    else if ("prune" in step) history.prune(step.prune, 3);
    else history.clear("#dev", step.clear);
  }
}
