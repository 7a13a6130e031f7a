// Tests of lib/store/search/search_index.ts: the index follows new and deleted messages in bounded steps.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { AccountStore } from "../../../lib/store/accounts.ts";
import type { Database } from "../../../lib/store/database.ts";
import { HistoryStore } from "../../../lib/store/history.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { Removals } from "../../../lib/store/search/removals.ts";
import type { SearchScope } from "../../../lib/store/search/scope.ts";
import { IndexUnfit } from "../../../lib/store/search/index_state.ts";
import { SearchIndex } from "../../../lib/store/search/search_index.ts";
import { addAccount, withDatabase } from "../../support/database.ts";
import { newMessage } from "../../support/messages.ts";
import { EVERYWHERE, say, TestIndex } from "../../support/search.ts";

Deno.test("steps are bounded in rows, bytes and time, and a search reports that the index is behind", async () => {
  await withDatabase((database) => {
    say(
      database,
      ...Array.from({ length: 30 }, (_, i) => ({ content: `m${i} ${"x".repeat(100)}` })),
    );
    let time = 0;
    let pace = 1;
    const index = new SearchIndex({
      index: new DatabaseSync(":memory:"),
      messages: database.sqlite,
      clock: () => time += pace,
    });
    const most = { rows: Infinity, bytes: Infinity, milliseconds: Infinity };
    const step = (budget: Partial<typeof most>) => {
      const { rows, complete } = index.step({ ...most, ...budget });
      return [rows, complete];
    };
    assert.deepEqual(step({ rows: 4 }), [4, false]);
    assert.deepEqual(step({ bytes: 250 }), [3, false]);
    assert.deepEqual(step({ milliseconds: 5 }), [4, false]);
    const { indexedTo } = index.step({ ...most, rows: 0 });
    assert.equal(indexedTo, 11);
    // A search updates the index, but only for a short time.
    const find = () => {
      const { messages, complete } = index.find("m29 ", EVERYWHERE, 100_000);
      return [messages.map(({ id }) => id), complete];
    };
    pace = 50;
    assert.deepEqual(find(), [[], false]);
    pace = 1;
    assert.deepEqual(find(), [[30], true]);
    assert.deepEqual(step({}), [0, true]);
  });
});

const WORDS = ["un", "deux", "trois", "quatre"];

type Step =
  | { readonly append: readonly number[][] }
  | { readonly index: number }
  | { readonly remove: number }
  | { readonly prune: number }
  | { readonly leave: number }
  | { readonly forget: true };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ append: fc.array(fc.array(fc.nat(3), { maxLength: 4 }), { maxLength: 6 }) }),
  fc.record({ index: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ remove: fc.nat(30) }),
  fc.record({ prune: fc.nat(30) }),
  fc.record({ leave: fc.nat(1) }),
  fc.record({ forget: fc.constant<true>(true) }),
);

Deno.test("the index and the messages agree after any sequence of inserts, deletions and pruning", async () => {
  await withDatabase((database) => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 25 }), (sequence) => {
        database.sqlite.exec("DELETE FROM messages");
        const index = new TestIndex(database);
        const accounts = run(database, index, sequence);
        const all = [...new MessageStore(database).iterate({ includePrivate: true })];
        for (const word of WORDS) {
          const having = all.filter(({ content }) => content.split(" ").includes(word));
          const ids = (scope: Partial<SearchScope>) =>
            index.ids(`${word} `, { ...EVERYWHERE, ...scope });
          const inChannels = having.filter(({ channel }) => channel !== null);
          assert.deepEqual(ids({}), inChannels.map(({ id }) => id).reverse(), word);
          for (const accountId of accounts) {
            const own = having.filter((message) =>
              message.senderAccount === accountId || message.recipientAccount === accountId
            );
            const found = ids({ accountId, channels: [] });
            assert.deepEqual(found, own.map(({ id }) => id).reverse(), `${word} of ${accountId}`);
          }
        }
        index.sqlite.exec("INSERT INTO words (words, rank) VALUES ('integrity-check', 0)");
        const left = all.flatMap(({ content }) => content.split(" ")).filter(Boolean);
        assert.deepEqual(index.words(), new Set(left));
      }),
      { numRuns: 60 },
    );
  });
});

function run(database: Database, index: TestIndex, sequence: readonly Step[]): number[] {
  const messages = new MessageStore(database);
  const history = new HistoryStore(database);
  const removals = new Removals(database);
  const base = history.lastId();
  const accounts = ["ada", "bob"].map((name) =>
    addAccount(database, `${name}${crypto.randomUUID()}`).id
  );
  for (const step of sequence) {
    if ("append" in step) {
      messages.append(step.append.map((words, i) =>
        newMessage({
          content: words.map((word) => WORDS[word]).join(" "),
          ...(i % 3 === 2
            ? {
              subtype: "private",
              channel: null,
              senderAccount: accounts[i % 2]!,
              recipient: "x",
              recipientAccount: i < 4 ? accounts[1 - i % 2]! : null,
            }
            : { channel: i % 3 === 0 ? "#général" : "#dev" }),
          sentAt: history.lastId() - base + i,
        })
      ));
    } else if ("index" in step) index.step(step.index);
    else if ("remove" in step) history.delete(base + step.remove);
    else if ("prune" in step) history.prune(step.prune, { rows: 3, bytes: 1_000 });
    else if ("leave" in step) new AccountStore(database).delete(accounts[step.leave]!);
    else removals.forget(index.step(0).removedTo, { rows: 2, bytes: 1_000 });
  }
  return accounts;
}

Deno.test("a deleted message leaves no words in the index or in the queue of removals", async () => {
  await withDatabase((database) => {
    const [id] = say(database, { content: "quatorze mots" }, { content: "mots" });
    const index = new TestIndex(database);
    index.step();
    assert.ok(index.words().has("quatorze"));
    new HistoryStore(database).delete(id!);
    const { removedTo } = index.step();
    assert.deepEqual(index.words(), new Set(["mots"]));
    new Removals(database).forget(removedTo, { rows: 9, bytes: 999 });
    assert.equal(new Removals(database).newest(), 0);
    index.sqlite.exec("VACUUM");
    // Its prefixes, which are indexed too, are gone as well.
    for (const { block } of index.sqlite.prepare("SELECT block FROM words_data").all()) {
      assert.doesNotMatch(new TextDecoder("latin1").decode(block as Uint8Array), /qu/);
    }
  });
});

Deno.test("an index of other messages, of another version or of an older state is rejected", async () => {
  await withDatabase((database) => {
    say(database, {}, {});
    const { sqlite } = database;
    const build = () => {
      const index = new TestIndex(database);
      index.step();
      return index.sqlite;
    };
    const opens = (index: DatabaseSync) => () => new SearchIndex({ index, messages: sqlite });
    assert.doesNotThrow(opens(build()));
    const changes = [
      "PRAGMA application_id = 1",
      "PRAGMA user_version = 99",
      "UPDATE state SET folding = '0'",
      "UPDATE state SET database = 'other'",
      "UPDATE state SET indexed_to = 3",
      "UPDATE state SET removed_to = 1",
      "DELETE FROM state",
    ];
    for (const change of changes) {
      const index = build();
      index.exec(change);
      assert.throws(opens(index), IndexUnfit, change);
    }
    // It has missed a removal that is no longer in the queue.
    const late = build();
    new HistoryStore(database).delete(1);
    new Removals(database).forget(Infinity, { rows: 9, bytes: 999 });
    assert.throws(opens(late), IndexUnfit);
    assert.doesNotThrow(opens(build()));
  });
});
