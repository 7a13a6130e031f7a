// Tests of lib/store/search/search_index.ts: searches find the messages that the user may read.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { AccountStore } from "../../../lib/store/accounts.ts";
import { HistoryStore } from "../../../lib/store/history.ts";
import type { SearchScope } from "../../../lib/store/search/scope.ts";
import { SearchExpired, SearchIndex } from "../../../lib/store/search/search_index.ts";
import { LEVELS, spanOf } from "../../../lib/store/search/span.ts";
import { addAccount, withDatabase } from "../../support/database.ts";
import { EVERYWHERE, say, TestIndex } from "../../support/search.ts";

Deno.test("a search accepts any text, and no text is treated as syntax", async () => {
  await withDatabase((database) => {
    const contents = ["alpha beta", "OR", "near the sea", "content: scope", "été", "c23"];
    say(database, ...contents.map((content) => ({ content })));
    const index = new TestIndex(database);
    const found = (query: string) => index.ids(query, EVERYWHERE);
    assert.deepEqual(found("alpha OR "), []);
    assert.deepEqual(found("or "), [2]);
    assert.deepEqual(found("alpha NOT beta "), []);
    assert.deepEqual(found("NEAR("), [3]);
    assert.deepEqual(found("scope : content"), [4]);
    assert.deepEqual(found("ete\u0301"), [5]);
    assert.deepEqual(found("^alpha"), [1]);
    assert.deepEqual(found("al*"), [1]);
    // The index words of channels do not match in a content.
    assert.deepEqual(found("c23"), [6]);
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
        index.search(query, EVERYWHERE);
      },
    ));
    for (const query of hostile) index.search(query, EVERYWHERE);
  });
});

Deno.test("words are found without regard to accents, only in messages that the user may read", async () => {
  await withDatabase((database) => {
    const [ada, bob] = ["Ada", "Bob"].map((name) => addAccount(database, name).id);
    say(
      database,
      { content: "Le cours de FRANÇAIS commence" },
      { content: "français encore", channel: "#dev" },
      {
        content: "un secret en francais",
        subtype: "private",
        channel: null,
        senderAccount: ada!,
        recipient: "Bob",
        recipientAccount: bob!,
      },
      { content: "aujourd'hui, peut-être" },
      { content: "françaises" },
    );
    const index = new TestIndex(database);
    const search = (query: string, scope: Partial<SearchScope> = {}) =>
      index.search(query, {
        channels: [{ name: "#général", mark: 0 }],
        accountId: null,
        limit: 20,
        ...scope,
      });
    const find = (query: string, scope: Partial<SearchScope> = {}) =>
      search(query, scope).messages.map(({ id }) => id);
    const both = [{ name: "#général", mark: 0 }, { name: "#dev", mark: 1 }];
    assert.deepEqual(find("francais"), [5, 1]);
    assert.deepEqual(find("francais "), [1]);
    assert.deepEqual(find("Français cours"), [1]);
    assert.deepEqual(find("fran", { channels: both }), [5, 2, 1]);
    assert.deepEqual(find("fran", { channels: [{ name: "#dev", mark: 2 }] }), []);
    assert.deepEqual(find("fran", { channels: [] }), []);
    assert.deepEqual(find("fran", { accountId: ada! }), [5, 3, 1]);
    assert.deepEqual(find("fran", { accountId: bob!, channels: [] }), [3]);
    assert.deepEqual(find("fran", { accountId: 99, channels: [] }), []);
    assert.deepEqual(find("fran", { accountId: ada!, before: 5 }), [3, 1]);
    const page = search("fran", { accountId: ada!, limit: 2 });
    assert.deepEqual([page.messages.map(({ id }) => id), page.more], [[5, 3], true]);
    assert.equal(search("cours").messages[0]?.snippet, "Le «cours» de FRANÇAIS commence");
    assert.deepEqual(find("aujourd'hui"), [4]);
    assert.deepEqual(find("etre"), [4]);
    new HistoryStore(database).delete(1);
    assert.deepEqual(find("cours"), []);
    new AccountStore(database).delete(bob!);
    assert.deepEqual(find("secret", { accountId: ada! }), [3]);
    assert.deepEqual(find("secret", { accountId: bob! }), []);
  });
});

Deno.test("any part of a text without spaces is found", async () => {
  await withDatabase((database) => {
    const contents = ["今日は学校に行きます。", "日本語のテスト", "วันนี้ไปโรงเรียน", "Tシャツを買う"];
    say(database, ...contents.map((content) => ({ content })));
    const index = new TestIndex(database);
    const found = (query: string) => index.ids(query, EVERYWHERE);
    assert.deepEqual(found("学校"), [1]);
    assert.deepEqual(found("ます"), [1]);
    assert.deepEqual(found("す"), [1]);
    assert.deepEqual(found("日"), [2, 1]);
    assert.deepEqual(found("日本 テスト"), [2]);
    assert.deepEqual(found("โรงเรียน"), [3]);
    assert.deepEqual(found("シャツ"), [4]);
    assert.deepEqual(found("tシャ"), [4]);
    assert.deepEqual(found("校学"), []);
    const han = [..."一二三四五六"];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...han), { minLength: 1 }),
        fc.nat(),
        fc.nat(),
        (characters, first, length) => {
          const content = characters.join("");
          const from = first % characters.length;
          const part = characters.slice(from, from + 1 + length % 6).join("");
          const [id] = say(database, { content });
          assert.equal(
            index.ids(part, { ...EVERYWHERE, limit: 1 })[0],
            id,
            `${part} in ${content}`,
          );
        },
      ),
    );
  });
});

Deno.test("a search that exceeds its time limit fails, and the next one works", async () => {
  await withDatabase((database) => {
    say(database, ...Array.from({ length: 9_000 }, () => ({ content: "word" })));
    let pace = 0;
    let time = 0;
    const index = new SearchIndex({
      index: new DatabaseSync(":memory:"),
      messages: database.sqlite,
      clock: () => time += pace,
    });
    const scope = { ...EVERYWHERE, limit: 5 };
    assert.equal(index.find("word", scope, 100).messages.length, 5);
    pace = 60;
    assert.throws(() => index.find("nothing", scope, 100), SearchExpired);
    pace = 0;
    assert.deepEqual(index.find("nothing", scope, 100).messages, []);
  });
});

Deno.test("a search without matches ends with each span of ids, not with the whole index", async () => {
  await withDatabase((database) => {
    const contents = Array.from({ length: 40_000 }, () => ({ content: "tic tac toc" }));
    say(database, ...contents);
    const index = new TestIndex(database);
    index.step();
    // All messages have the words, none has the phrase: FTS5 finds no match at which it would check the bound.
    const find = (span: string) => {
      const expression = `scope : "${span}" AND content : ("tic toc tic toc tic toc")`;
      const took = Array.from({ length: 5 }, () => {
        const begun = performance.now();
        const rows = index.sqlite.prepare(
          "SELECT rowid FROM words WHERE words MATCH ? AND rowid > 0 ORDER BY rowid DESC LIMIT 9",
        ).all(expression);
        assert.deepEqual(rows, []);
        return performance.now() - begun;
      });
      return Math.min(...took);
    };
    // 512 of the 40,000 ids, and all of them.
    const [short, long] = [spanOf(39_999, 0).word, spanOf(39_999, LEVELS - 1).word];
    assert.ok(find(short) * 10 < find(long));
  });
});

Deno.test("a search uses spans that cover each id once, and longer spans while they are quick", async () => {
  await withDatabase((database) => {
    const odd = { channel: "#dev", content: "rare" };
    say(database, ...Array.from({ length: 9_999 }, (_, i) => i % 1_111 === 0 ? odd : {}));
    const index = new TestIndex(database);
    index.step();
    const scope = { ...EVERYWHERE, channels: [{ name: "#dev", mark: 0 }] };
    const all = Array.from({ length: 9 }, (_, i) => 1 + 1_111 * i).reverse();
    assert.deepEqual(index.ids("rare", scope), all);
    assert.deepEqual(index.ids("rare", { ...scope, before: all[2]! }), all.slice(3));
    const marked = { ...scope, channels: [{ name: "#dev", mark: all[6]! }] };
    assert.deepEqual(index.ids("rare", marked), all.slice(0, 6));
  });
});
