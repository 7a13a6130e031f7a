// Tests of lib/store/search/span.ts: each id is in one span of each length.
import assert from "node:assert/strict";
import fc from "fast-check";
import { LEVELS, spanOf, spanWords } from "../../../lib/store/search/span.ts";

Deno.test("exactly the ids of a span have its word", () => {
  const level = fc.nat(LEVELS - 1);
  fc.assert(fc.property(fc.integer({ min: 1, max: 90_000_000 }), level, (id, level) => {
    const { word, first } = spanOf(id, level);
    const length = 512 * 8 ** level;
    assert.ok(first <= id && id < first + length);
    assert.deepEqual(spanOf(first, level), { word, first });
    assert.deepEqual(spanOf(first + length - 1, level), { word, first });
    assert.notEqual(spanOf(first + length, level).word, word);
    if (first > 0) assert.notEqual(spanOf(first - 1, level).word, word);
  }));
});

Deno.test("the words of spans have one character each, and differ between levels", () => {
  const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
  fc.assert(fc.property(id, (id) => {
    const words = spanWords(id).split(" ");
    assert.equal(new Set(words).size, LEVELS);
    for (const word of words) assert.deepEqual([[...word].length, word.isWellFormed()], [1, true]);
  }));
});
