// Tests of lib/protocol/names.ts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { normalizePassword, PASSWORD_MAX } from "../../lib/auth/password_text.ts";
import {
  accentlessKey,
  beginningOf,
  checkChannelName,
  checkName,
  MARKS_MAX,
  NAME_MAX,
  NAME_UNITS_MAX,
  nameKey,
} from "../../lib/protocol/names.ts";

Deno.test("checkName accepts names of any script, with inner spaces and the allowed signs", () => {
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
      "a".repeat(64),
      "𝒜".repeat(64),
      "Zoé (3B)",
      "Léa \u2764",
      "Léa \u2764\ufe0f",
      "😀",
      "👍🏽 Tom & Lisa, 3e/4e + 1!",
      "\u{1f469}\u200d\u{1f4bb}",
      "\u{1f1eb}\u{1f1f7} Max",
      "1\ufe0f\u20e3",
      "Mamie",
      "__proto__",
    ]
  ) {
    assert.ok(checkName(name).ok, name);
  }
});

Deno.test("no name looks like multiple names in a list, or like the bracketed text after a name", () => {
  const signs = [
    "·",
    "•",
    "‧",
    "・",
    "\u1427",
    "\u318d",
    "\ua78f",
    "\u0307",
    "—",
    "–",
    "→",
    ":",
    "|",
  ];
  for (const sign of signs) assert.ok(!checkName(`ada ${sign} bob`).ok, sign);
  for (const name of ["ada [moderator]", "ada\nbob", "ada ⟦x⟧", "ada【x】"]) {
    assert.ok(!checkName(name).ok, name);
  }
  assert.ok(checkName("\u140b\u1427 \u1427\u1401").ok, "as words of Cree begin and end");
});

Deno.test("checkName returns the name in NFC", () => {
  const checked = checkName("E\u0301lodie");
  assert.ok(checked.ok);
  assert.equal(checked.name, "\u00c9lodie");
});

Deno.test("checkName rejects names that could mislead a reader or a program", () => {
  for (
    const name of [
      "",
      " ",
      " a",
      "a ",
      "a  ",
      "a   ",
      "a".repeat(65),
      "/a",
      "!a",
      "+a",
      "a\u200db",
      "a\ufe0f",
      "\u2764\u200d",
      "#\ufe0f\u20e3",
      "\u{1f469}\u200d",
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
    ]
  ) {
    assert.ok(!checkName(name).ok, JSON.stringify(name));
  }
});

Deno.test("checkName rejects disguised reserved names", () => {
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
      "ClassCord.",
      "ClassCord~2",
      "Class Cord",
      "Cl\u0430ssCord",
      "CIassCord",
      "root~2",
      "Admin~2",
      "server.",
      "(Admin)",
      "😀 system",
      "adm\u0456n",
      "root~2~3",
      "ClassCord~2.",
      "(Admin ~ 2)",
      "Ádmin",
      "ClassCo\u0323rd",
      "sérvêr",
      "compte supprime",
      "\u1d00\u1d05\u1d0d\u026a\u0274",
      "\ua731\u1d07\u0280\u1d20\u1d07\u0280",
      "C\u029f\u1d00\ua731\ua731C\u1d0f\u0280\u1d05",
    ]
  ) {
    assert.ok(!checkName(name).ok, name);
  }
  for (const name of ["Adrien", "Roos", "Rosa", "Serge", "Admir", "Classe 2", "Zoé~2~3"]) {
    assert.ok(checkName(name).ok, name);
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

Deno.test("nameKey of plain letters is what the whole normalization would give", () => {
  // The key in four steps, without the short way for plain texts.
  function slowKey(name: string): string {
    let key = name;
    for (let pass = 0; pass < 4; pass++) {
      key = key.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ")
        .normalize("NFKC").replace(/ {2,}/g, " ").replace(/[\uFE0F\u200D]/g, "");
    }
    return key;
  }
  const units = Array.from({ length: 0x250 }, (_, unit) => String.fromCharCode(unit));
  for (const unit of units) assert.equal(nameKey(`Aé${unit}  b`), slowKey(`Aé${unit}  b`));
  const latin1 = fc.string({ unit: fc.constantFrom(...units.slice(0, 0x100)), maxLength: 40 });
  fc.assert(fc.property(latin1, (text) => assert.equal(nameKey(text), slowKey(text))));
  assert.equal(nameKey("a".repeat(NAME_UNITS_MAX + 1)), `<${"a".repeat(NAME_UNITS_MAX)}`);
});

Deno.test("nameKey of a key is that key, and upper and lower case never matter", () => {
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

Deno.test("a suffix does not change the key of the name before it, as the roster requires", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 32 }), fc.nat(9999), (text, number) => {
      const checked = checkName(text);
      fc.pre(checked.ok);
      assert.equal(nameKey(`${checked.name}~${number}`), `${nameKey(checked.name)}~${number}`);
    }),
  );
  assert.equal(nameKey("ΟΔΟΣ~2"), `${nameKey("ΟΔΟΣ")}~2`);
});

Deno.test("checkName accepts letters with several marks, and rejects a long row of marks", () => {
  for (
    const name of [
      "Nguyễn Thị Ngọc Huyền".normalize("NFD"),
      "ế".normalize("NFD").repeat(32),
      "ᾂ".normalize("NFD").repeat(32),
      "בְּרֵאשִׁית",
      "ที่นี่",
      "བསྒྲུབས",
      "q" + "\u0301".repeat(MARKS_MAX),
      "a" + "\u0301".repeat(MARKS_MAX + 1),
    ]
  ) {
    assert.ok(checkName(name).ok, name);
  }
  for (const marks of [MARKS_MAX + 1, 20, 30]) {
    const name = "q" + "\u0301".repeat(marks);
    const checked = checkName(name);
    assert.ok(!checked.ok && checked.reason === "name_marks", String(marks));
    assert.ok(!checkChannelName(`#${name}`).ok);
  }
});

/** Returns the length of the longest text that `work` normalizes, in UTF-16 units. */
function longestNormalized(work: () => void): number {
  const { normalize } = String.prototype;
  let longest = 0;
  String.prototype.normalize = function (this: string, form?: string) {
    longest = Math.max(longest, this.length);
    return normalize.call(this, form);
  };
  try {
    work();
  } finally {
    String.prototype.normalize = normalize;
  }
  return longest;
}

const HOSTILE = fc.oneof(
  fc.string({ unit: "binary", maxLength: 2000 }),
  fc.string({
    unit: fc.constantFrom("\u0301", "\u0316", "\u0344", "a", "\ufdfa"),
    maxLength: 3000,
  }),
  fc.constantFrom(
    "a" + "\u0301".repeat(15_000) + "\u0316".repeat(15_000),
    "a\u0301".repeat(30_000),
    "\ufdfa".repeat(250),
    "x".repeat(60_000),
  ),
);

Deno.test("the length of names, channels and passwords is checked before they are normalized", () => {
  fc.assert(fc.property(HOSTILE, (text) => {
    const longest = longestNormalized(() => {
      checkName(text);
      checkChannelName(`#${text}`);
      normalizePassword(text);
    });
    assert.ok(longest <= Math.max(NAME_UNITS_MAX, 4 * PASSWORD_MAX), String(longest));
  }));
});

Deno.test("nameKey of any text has a bounded length, and equals the key of a name only for a name", () => {
  fc.assert(fc.property(HOSTILE, (text) => {
    const key = nameKey(text);
    assert.ok(key.length <= 18 * NAME_UNITS_MAX + 1);
    const checked = checkName(text);
    if (checked.ok) {
      assert.equal(key, checked.key);
      assert.equal(nameKey(key), key);
      assert.equal(checkName(checked.name).ok, true);
    } else if (text.length > NAME_UNITS_MAX) {
      assert.ok(key.startsWith("<"), "no name and no channel begins so");
    }
  }));
});

Deno.test("the error for a long name has its length and the limit, but not the name", () => {
  const checked = checkName("é".repeat(60_000));
  assert.deepEqual(checked, {
    ok: false,
    reason: "name_length",
    places: { max: NAME_MAX, length: 60_000 },
  });
});

Deno.test("nameKey does not depend on how an emoji is encoded, and its length is limited", () => {
  assert.equal(nameKey("Léa \u2764\ufe0f"), nameKey("léa \u2764"));
  assert.ok(nameKey("\ufdfa".repeat(1000)).length < 2_000);
});

Deno.test("beginningOf does not split a letter or an emoji", () => {
  assert.equal(beginningOf("abcdef", 3), "abc");
  assert.equal(beginningOf("ab cd", 3), "ab");
  assert.equal(beginningOf("ab ", 3), "ab");
  assert.equal(beginningOf("abc", 3), "abc");
  assert.equal(beginningOf("ab\u{1f469}\u200d\u{1f4bb}", 4), "ab");
  assert.equal(beginningOf("ab\u{1f469}\u200d\u{1f4bb}", 5), "ab\u{1f469}\u200d\u{1f4bb}");
  fc.assert(fc.property(fc.string({ unit: "grapheme", maxLength: 80 }), (name) => {
    const cut = beginningOf(name, 62);
    assert.ok(name.startsWith(cut) && [...cut].length <= 62);
    const whole = checkName(name);
    if (whole.ok && cut !== "") assert.ok(checkName(cut).ok || !checkName(`${cut}x`).ok, cut);
  }));
});

Deno.test("accentlessKey ignores accents, case and compatibility forms, but no letters of other scripts", () => {
  const same = (a: string, b: string) => accentlessKey(a) === accentlessKey(b);
  assert.ok(same("#général", "#GENERAL"));
  assert.ok(same("#e\u0301te\u0301", "#été"));
  assert.ok(same("#Çà-et-là", "#ca-et-la"));
  assert.ok(same("#ά", "#α"));
  assert.ok(!same("#dev", "#des"));
  // Marks that change the syllable: か and が, क and कि.
  assert.ok(!same("#か", "#が"));
  assert.ok(!same("#क", "#कि"));
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    assert.equal(accentlessKey(name), accentlessKey(name.normalize("NFD")));
  }));
});
