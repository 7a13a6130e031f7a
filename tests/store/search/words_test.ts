// Tests of lib/store/search/words.ts: splitting and folding words.
import assert from "node:assert/strict";
import fc from "fast-check";
import { fold, wordsOf } from "../../../lib/store/search/words.ts";

const words = (text: string) => [...wordsOf(text)].map(({ text }) => text);

Deno.test("words are folded: case, accents, ligatures, and letters that people type as others", () => {
  const same: Record<string, readonly string[]> = {
    coeur: ["cœur", "CŒUR", "Cœur", "coeur", "cœur\u0301", "co\u00adeur"],
    oeuvre: ["Œuvre", "œuvre"],
    okland: ["Økland", "ØKLAND", "O\u0338kland"],
    pawel: ["Paweł", "PAWEŁ"],
    "οδυσσευσ": ["Ὀδυσσεύς", "ΟΔΥΣΣΕΥΣ", "οδυσσευς"],
    fin: ["ﬁn", "ＦＩＮ"],
    strasse: ["Straße", "STRASSE", "STRAẞE"],
    aether: ["Æther", "ǽther"],
    istanbul: ["İstanbul", "ISTANBUL", "ıstanbul"],
    thordur: ["Þórður"],
    ete: ["été", "e\u0301te\u0301", "ÉTÉ"],
    "еще": ["ещё", "ЕЩЁ"],
    "שלום": ["שָׁלוֹם"],
    "محمد": ["مُحَمَّد", "محمـد"],
  };
  for (const [word, spellings] of Object.entries(same)) {
    for (const spelling of spellings) assert.deepEqual(words(spelling), [word], spelling);
  }
});

Deno.test("marks that change a letter are kept", () => {
  assert.notDeepEqual(words("が"), words("か"));
  assert.notDeepEqual(words("हिन्दी"), words("हन्द"));
  assert.deepEqual(words("か\u3099"), words("が"));
});

Deno.test("punctuation separates words, and marks or signs alone are not words", () => {
  assert.deepEqual(words("aujourd’hui, c'est_fini: 3.5"), [
    "aujourd",
    "hui",
    "c",
    "est",
    "fini",
    "3",
    "5",
  ]);
  for (const nothing of ["", " ", "***", "\u0301", "\ud800", "😀", "\u00ad", "\u200d"]) {
    assert.deepEqual(words(nothing), [], JSON.stringify(nothing));
  }
});

Deno.test("text without spaces is split into pairs of neighbouring characters and the last character", () => {
  assert.deepEqual(words("学校へ"), ["学校", "校へ", "へ"]);
  assert.deepEqual(words("Tシャツ"), ["t", "シャ", "ャツ", "ツ"]);
  assert.deepEqual(words("ﾃｽﾄ"), ["テス", "スト", "ト"]);
  assert.deepEqual(words("학교에"), ["학교", "교에", "에"]);
  assert.deepEqual(words("ไทย"), ["ไท", "ทย", "ย"]);
  assert.deepEqual(words("𠮷野"), ["𠮷野", "野"]);
});

Deno.test("a word has its position in the text", () => {
  const text = "le Cœur d’été, 東京へ";
  const shown = [...wordsOf(text)].map(({ start, end }) => text.slice(start, end));
  assert.deepEqual(shown, ["le", "Cœur", "d", "été", "東京", "京へ", "へ"]);
});

Deno.test("folding a folded text does not change it", () => {
  for (let code = 0; code < 0x30000; code++) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const once = fold(String.fromCodePoint(code));
    assert.equal(fold(once), once, code.toString(16));
  }
});

Deno.test("any text is split into words of letters and digits with valid positions", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
    let last = 0;
    for (const { text: word, start, end } of wordsOf(text)) {
      assert.match(word, /^[\p{L}\p{N}\p{M}\p{Co}]+$/u);
      assert.ok(start >= last && end > start && end <= text.length);
      last = start;
    }
  }));
});

Deno.test("long words and long rows of marks are cut, so that they take little time", () => {
  assert.equal(words("x".repeat(100_000))[0]!.length, 64);
  assert.ok(words("𝔘".repeat(100)).every((word) => word.length <= 64 && word.isWellFormed()));
  const marks = "\u0e48".repeat(20_000);
  // Thai marks count as letters, so the cut is visible.
  assert.ok(fold(`ก${marks}`).length < 20);
});
