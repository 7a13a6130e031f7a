// Tests of lib/store/search/query.ts and snippet.ts: converting user text to queries, and marking matches.
import assert from "node:assert/strict";
import fc from "fast-check";
import { matchExpression, phrasesOf } from "../../../lib/store/search/query.ts";
import { snippetOf } from "../../../lib/store/search/snippet.ts";

const expression = (query: string) => matchExpression(phrasesOf(query));

Deno.test("words are quoted, and the last word is a prefix", () => {
  assert.equal(expression("mot"), '"mot"*');
  assert.equal(expression("deux mots "), '"deux" AND "mots"');
  assert.equal(expression("aujourd'hui, a"), '"aujourd hui" AND "a"');
  assert.equal(expression('"a" OR b* NEAR(c'), '"a" AND "or" AND "b" AND "near c"');
  assert.equal(expression("a a A"), '"a"');
  for (const nothing of ["", " ", '"', "***", "\u0000", "\u0301", "\ud800", "😀"]) {
    assert.deepEqual(phrasesOf(nothing), [], JSON.stringify(nothing));
  }
});

Deno.test("text without spaces is searched as consecutive pairs", () => {
  assert.equal(expression("学校"), '"学校"');
  assert.equal(expression("行きます"), '"行き きま ます"');
  assert.equal(expression("語"), '"語"*');
  assert.equal(expression("語 日本"), '"語"* AND "日本"');
  assert.equal(expression("本語x"), '"本語 語 x"');
  assert.equal(expression("x語"), '"x 語"*');
});

Deno.test("at most sixteen words are used, and the parts of a word count as words", () => {
  const count = (query: string) =>
    phrasesOf(query).reduce((sum, { words }) => sum + words.length, 0);
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 600 }), (query) => {
    assert.ok(count(query) <= 16);
  }));
  for (const many of ["a.".repeat(100), "a b c d ".repeat(50), "学校".repeat(100)]) {
    assert.ok(count(many) <= 16, many);
  }
  const letters = [..."abcdefghijklmnopqrstuvwxyz"];
  assert.equal(count(letters.join(".")), 16);
  // If words were cut off, the last word is not a prefix.
  assert.equal(phrasesOf(letters.map((letter) => letter + letter).join(".")).at(-1)?.prefix, false);
});

const snippet = (content: string, query: string) => snippetOf(content, phrasesOf(query));

Deno.test("a snippet marks the matches in the sender's spelling", () => {
  assert.equal(snippet("un café ?", "CAFE"), "un «café» ?");
  assert.equal(snippet("Le cours de FRANÇAIS", "fran"), "Le cours de «FRANÇAIS»");
  assert.equal(snippet("le cœur, aujourd'hui", "aujourd'hui coeur "), "le «cœur», «aujourd'hui»");
  assert.equal(snippet("hui aujourd", "aujourd'hui"), "hui aujourd");
  assert.equal(snippet("明日は学校に行く", "学校に"), "明日は«学校に»行く");
  assert.equal(snippet("日本語の本", "本"), "日«本»語の«本»");
});

Deno.test("a snippet is the part with the most words, and short for any message", () => {
  const numbers = Array.from({ length: 100 }, (_, i) => `n${i}`).join(" ");
  const shown = snippet(numbers, "n50 n52 ");
  assert.match(shown, /^…n\d+ .*«n50» n51 «n52» .*n\d+…$/);
  assert.equal(shown.split(" ").length, 16);
  assert.match(snippet(numbers, "n1 n70 n72 "), /«n70» n71 «n72»/);
  assert.match(snippet(numbers, "n0 "), /^«n0» n1 /);
  assert.match(snippet(numbers, "n99 "), / «n99»$/);
  assert.ok(snippet("x".repeat(60_000), "xx").length < 410);
  assert.ok(snippet(`${"z ".repeat(20)}${"x".repeat(60_000)}y`, "xx").includes("«x"));
});

Deno.test("a snippet without its marks is a part of the message, for any message and query", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 80 });
  fc.assert(fc.property(text, text, (content, query) => {
    fc.pre(!/[«»…]/.test(content));
    const plain = snippet(content, query).replace(/^…|…$/g, "").replace(/[«»]/g, "");
    assert.ok(content.includes(plain), JSON.stringify([content, query, plain]));
  }));
});
