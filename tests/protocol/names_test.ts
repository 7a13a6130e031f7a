// Tests of lib/protocol/names.ts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { checkName, nameKey } from "../../lib/protocol/names.ts";

Deno.test("checkName takes names of any script, with inner spaces and the allowed signs", () => {
  for (
    const name of [
      "a",
      "Élodie",
      "Jean-Pierre O'Neil",
      "Invité_bob_1732350000123",
      "bob~2",
      "x.y",
      "李雷",
      "नमस्ते",
      "محمد",
      "a".repeat(32),
      "𝒜".repeat(32),
      "__proto__",
    ]
  ) {
    assert.ok(checkName(name).ok, name);
  }
});

Deno.test("checkName shows a name in NFC", () => {
  const checked = checkName("E\u0301lodie");
  assert.ok(checked.ok);
  assert.equal(checked.name, "\u00c9lodie");
});

Deno.test("checkName refuses what could mislead a reader or a program", () => {
  for (
    const name of [
      "",
      " ",
      " a",
      "a ",
      "a  ",
      "a   ",
      "a".repeat(33),
      "a\nb",
      "a\u0000b",
      "a\u200bb",
      "a\u202eb",
      "a\u2066b",
      "\ufeffbob",
      "a[b",
      "a]b",
      "a<b",
      "a>b",
      'a"b',
      "a\\b",
      "#a",
      "a#b",
      "a\u00a0b",
      "\u3164",
      "\u0301a",
      "a\ud800",
      "½",
      "😀",
    ]
  ) {
    assert.ok(!checkName(name).ok, JSON.stringify(name));
  }
});

Deno.test("checkName refuses reserved names in any disguise", () => {
  for (
    const name of [
      "server",
      "SYSTEM",
      "Admin",
      "ClassCord",
      "global",
      "root",
      "ｒｏｏｔ",
      "syﬆem",
    ]
  ) {
    assert.ok(!checkName(name).ok, name);
  }
});

Deno.test("nameKey is the same for names that differ by case or compatibility form", () => {
  const pairs: [string, string][] = [
    ["Bob", "bob"],
    ["ÉLODIE", "élodie"],
    ["straße", "STRASSE"],
    ["ﬁn", "FIN"],
    ["ｂｏｂ", "bob"],
    ["ΣΊΣΥΦΟΣ", "σίσυφος"],
    ["ſam", "Sam"],
    ["a  b", "a b"],
    ["①", "1"],
  ];
  for (const [a, b] of pairs) assert.equal(nameKey(a), nameKey(b), `${a} ${b}`);
  assert.notEqual(nameKey("bob"), nameKey("b0b"));
});

Deno.test("nameKey of a key is that key, and letter case never matters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 12 }), (text) => {
      const key = nameKey(text);
      assert.equal(nameKey(key), key);
      assert.equal(nameKey(text.normalize("NFC")), key);
      assert.equal(nameKey(text.normalize("NFKC")), key);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("a suffix does not change the key of what stands before it, as the roster counts on", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 32 }), fc.nat(9999), (text, number) => {
      const checked = checkName(text);
      fc.pre(checked.ok);
      assert.equal(nameKey(`${checked.name}~${number}`), `${nameKey(checked.name)}~${number}`);
    }),
  );
  assert.equal(nameKey("ΟΔΟΣ~2"), `${nameKey("ΟΔΟΣ")}~2`);
});
