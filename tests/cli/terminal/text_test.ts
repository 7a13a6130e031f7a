// Tests of text for terminals: text from clients is harmless, and columns are aligned.
import assert from "node:assert/strict";
import fc from "fast-check";
import { table } from "../../../lib/cli/terminal/table.ts";
import {
  columns,
  cut,
  fit,
  harmless,
  harmlessJson,
  harmlessLines,
} from "../../../lib/cli/terminal/text.ts";
import { clock, plural, size, span } from "../../../lib/cli/terminal/units.ts";

const HOSTILE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

Deno.test("harmless escapes control characters, and keeps the letters of every script", () => {
  assert.equal(harmless("\x1b[2J\x07"), "\\u001b[2J\\u0007");
  assert.equal(harmless("a\u202eb\u200dc"), "a\\u202eb\\u200dc");
  assert.equal(harmless("\u009b31m\r\n"), "\\u009b31m\\u000d\\u000a");
  assert.equal(harmless("\u{e0041}"), "\\u{e0041}");
  assert.equal(harmless("Zoé 王小明 Ωμέγα 😀"), "Zoé 王小明 Ωμέγα 😀");
});

Deno.test("harmless keeps marks from joining the text before them, and from piling up", () => {
  assert.equal(harmless("\u0301a"), "◌\u0301a");
  assert.equal(harmless(`e${"\u0301".repeat(300)}`), "e\u0301\u0301");
});

Deno.test("for any input, harmless text and JSON have no characters that act on a terminal", () => {
  const anything = fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((n) => String.fromCharCode(n)),
  });
  fc.assert(fc.property(anything, (text) => {
    assert.doesNotMatch(harmless(text), HOSTILE);
    assert.doesNotMatch(harmlessJson({ text }), HOSTILE);
    assert.equal(JSON.parse(harmlessJson({ text }, 2)).text, text);
  }));
});

Deno.test("harmlessLines keeps line ends, and escapes other control characters", () => {
  assert.equal(
    harmlessLines("a\r\nb\n\x1b[2J\rover\u009b\u202e\t"),
    "a\r\nb\n\\u001b[2J\\u000dover\\u009b\\u202e\\u0009",
  );
});

Deno.test("columns counts as a terminal does: wide characters twice, marks not at all", () => {
  assert.deepEqual(
    ["abc", "Zoé", "e\u0301", "王小明", "한글", "😀", "", "नि", "하\u11ab"].map(columns),
    [
      3,
      3,
      1,
      6,
      4,
      2,
      0,
      2,
      2,
    ],
  );
});

Deno.test("columns knows every wide character of Unicode, including old and new emoji", () => {
  for (const wide of "⏰⛔✋⚪⚫⌚⭐✅❌❓➕⏳♈☕⚡🀄🈁😀🫠🪿㍿，〇") {
    assert.equal(columns(wide), 2, wide);
  }
  for (const narrow of "…—①☂✈ｱ®±é◌Ω") assert.equal(columns(narrow), 1, narrow);
  assert.equal(fit("⏰⛔", 5), "⏰⛔ ");
  assert.equal(cut("⏰⛔✋⚪", 6), "⏰⛔…");
});

Deno.test("cut and fit never exceed the width, for any characters", () => {
  assert.equal(cut("王小明", 5), "王小…");
  assert.equal(cut("王小明", 4), "王…");
  assert.equal(fit("é", 3), "é  ");
  assert.equal(fit("7", 3, "right"), "  7");
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.nat(40), (text, width) => {
    const safe = harmless(text);
    assert.ok(columns(cut(safe, width)) <= width);
    assert.equal(columns(fit(safe, width)), width);
  }));
});

Deno.test("table aligns its columns under their titles", () => {
  const rows = [{ name: "王小明", age: "7" }, { name: "bob\x1b[0m", age: "12" }];
  assert.equal(
    table(rows, [
      { title: "NAME", text: ({ name }) => name },
      { title: "AGE", text: ({ age }) => age, align: "right" },
    ]),
    "NAME          AGE\n王小明          7\nbob\\u001b[0m   12",
  );
});

Deno.test("plural formats counts: 1 member, 2 members", () => {
  assert.deepEqual([0, 1, 2].map((n) => plural(n, "member")), [
    "0 members",
    "1 member",
    "2 members",
  ]);
});

Deno.test("times and sizes are shown with their largest units", () => {
  assert.deepEqual([0, 59, 60, 3_725, 86_400, 200_000].map(span), [
    "0s",
    "59s",
    "1m",
    "1h 2m",
    "1d",
    "2d 7h",
  ]);
  assert.deepEqual([0, 1023, 1024, 12_000, 5 * 2 ** 30].map(size), [
    "0 B",
    "1023 B",
    "1.0 KiB",
    "12 KiB",
    "5.0 GiB",
  ]);
  const noon = new Date(2026, 10, 22, 12, 0, 5);
  assert.equal(clock(noon.toISOString(), noon), "12:00:05");
  assert.equal(clock(noon.toISOString(), new Date(2026, 10, 23)), "2026-11-22 12:00:05");
  assert.equal(clock("\x1b", noon), "\x1b", "what is no time is left to the caller");
});
