// Tests of lib/protocol/escape.ts and lib/protocol/json.ts, against simple reference implementations.
import assert from "node:assert/strict";
import fc from "fast-check";
import { escapeNonAscii, escapeUnits } from "../../lib/protocol/escape.ts";
import { otherMembers, parseObject } from "../../lib/protocol/json.ts";

function slowEscape(json: string): string {
  return json.replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const anyText = fc.string({ unit: "binary", maxLength: 60 });

Deno.test("escapeNonAscii escapes exactly the units above ~, in texts of any length", () => {
  fc.assert(fc.property(anyText, fc.nat(400), (text, times) => {
    const json = JSON.stringify(text.repeat(times));
    assert.equal(escapeNonAscii(json), slowEscape(json));
  }));
  const every = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).join("");
  assert.equal(escapeNonAscii(every), slowEscape(every));
  for (let at = 0; at < every.length; at += 1000) {
    const part = every.slice(at, at + 1000);
    assert.equal(escapeNonAscii(part), slowEscape(part));
  }
});

Deno.test("escapeUnits escapes all units", () => {
  assert.equal(escapeUnits("a\u00e9😀"), "\\u0061\\u00e9\\ud83d\\ude00");
});

const KNOWN = new Set(["type", "content"]);
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

/** A reference implementation of `otherMembers`: it parses with the source of each number and writes each member. */
function slowOthers(line: string): string | null {
  const exact = JSON.parse(
    line,
    (_name: string, value: unknown, context?: { source?: string }) =>
      typeof value === "number" && context?.source !== undefined ? rawJson(context.source) : value,
  ) as Record<string, unknown>;
  const names = Object.keys(exact).filter((name) => !KNOWN.has(name));
  if (names.length === 0) return null;
  const members = names.map((name) => `${JSON.stringify(name)}:${JSON.stringify(exact[name])}`);
  return slowEscape(`{${members.join(",")}}`);
}

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.bigInt().map(String),
  fc.constantFrom("-0", "1.0", "0.10", "1E5", "1e-7", "1e400", "12345678901234567890", "0"),
);
// Not a single "\\", because V8 then misreads the name "\u0000", also in the reference implementation.
const name = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }).filter((text) => text !== "\\"),
  fc.constantFrom("__proto__", "toJSON", "constructor", "1", "0", "-1", "a", "a", 'q"', "b\\", "é"),
);
const space = fc.constantFrom("", " ", "\t", " \r ");

/** JSON text with everything that the grammar allows: spaces, escapes, duplicate names, unusual numbers. */
const { value: anyJson } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.constantFrom("true", "false", "null", "[]", "{}", "[ ]", "{ }"),
    fc.string({ unit: "binary", maxLength: 6 }).map((text) => JSON.stringify(text)),
    fc.string({ maxLength: 3 }).map((text) => `"${escapeUnits(text)}\\/"`),
    fc.tuple(fc.array(tie("value"), { maxLength: 4 }), space)
      .map(([items, gap]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`),
    fc.tuple(fc.array(fc.tuple(name, tie("value")), { maxLength: 4 }), space)
      .map(([members, gap]) => objectText(members, gap)),
  ),
}));

function objectText(members: readonly (readonly [string, string])[], gap: string): string {
  const texts = members.map(([key, value]) => `${JSON.stringify(key)}${gap}:${gap}${value}`);
  return `{${gap}${texts.join(`${gap},${gap}`)}${gap}}`;
}

Deno.test("other members keep their digits and their order, and the last value of a duplicate name", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(name, anyJson), { maxLength: 6 }), space, (members, gap) => {
      const line = objectText([["type", '"message"'], ["content", '"x"'], ...members], gap);
      assert.equal(otherMembers(parseObject(line), KNOWN, line), slowOthers(line), line);
    }),
    { numRuns: 1_000 },
  );
});
