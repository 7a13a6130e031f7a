// Tests of checking the rows of a class list, of making passwords, and of the slips.
import assert from "node:assert/strict";
import { GROUPS_MAX, ID_MAX } from "../../lib/school/limits.ts";
import { makePassword, PASSWORD_BITS } from "../../lib/school/passwords.ts";
import { checkRow, findDuplicates } from "../../lib/school/people.ts";
import { sheetCsv, sheetHtml } from "../../lib/school/slips.ts";
import { people } from "./lists.ts";

Deno.test("checkRow rejects names, ids, classes, groups and passwords that are not valid", () => {
  const weak = (text: string) =>
    text.length < 4 ? { min: 4, max: 256, length: text.length } : undefined;
  const codeOf = (row: object) => {
    const checked = checkRow({ line: 3, name: "ada", ...row }, weak);
    return "code" in checked ? [checked.line, checked.code] : "ok";
  };
  assert.equal(codeOf({ id: "INE 0123-é", class: "2SLAM", password: "1234" }), "ok");
  for (const name of ["a<b", "root", "x".repeat(65), "\u202e", "a\u0301".repeat(9_000)]) {
    assert.deepEqual(codeOf({ name }), [3, "bad_name"], name.slice(0, 20));
  }
  for (const id of ["x".repeat(ID_MAX + 1), "a  b", "a\u200bb", "\u202ea"]) {
    assert.deepEqual(codeOf({ id }), [3, "bad_id"], id);
  }
  assert.deepEqual(codeOf({ class: "<b>" }), [3, "bad_class"]);
  assert.deepEqual(codeOf({ groups: ["ok", "#dev"] }), [3, "bad_group"]);
  assert.deepEqual(codeOf({ groups: Array(GROUPS_MAX + 1).fill("g") }), [3, "too_many_groups"]);
  assert.deepEqual(codeOf({ password: "123" }), [3, "bad_password"]);
});

Deno.test("a class is not one of the groups of its person, and a group counts once", () => {
  const [ada] = people({ name: "ada", class: "2SLAM", groups: ["2slam", "Club", "CLUB"] });
  assert.deepEqual(ada!.groups, [{ name: "CLUB", key: "club" }]);
});

Deno.test("findDuplicates finds the same name, the same id, and names that look alike", () => {
  const list = people(
    { name: "Élodie", id: "1" },
    { name: "élodie", id: "2" },
    { name: "Max", id: "1" },
    { name: "Mаx", id: "4" },
    { name: "ill", id: "5" },
    { name: "lil", id: "6" },
  );
  assert.deepEqual(
    findDuplicates(list).map(({ line, code, places }) => [line, code, places["other"]]),
    [[3, "same_name", 2], [4, "same_id", 2], [5, "alike", 4]],
  );
});

Deno.test("passwords are pronounceable, differ, and come evenly from at least 40 bits", () => {
  assert.ok(PASSWORD_BITS >= 40);
  const made = Array.from({ length: 2_000 }, () => makePassword());
  assert.equal(new Set(made).size, made.length);
  const letters = new Map<string, number>();
  for (const password of made) {
    assert.match(password, /^(?:(?:[bcdfghjkmnprstvz][aeiou]){2}-){3}[2-9]{2}$/);
    for (const letter of password) letters.set(letter, (letters.get(letter) ?? 0) + 1);
  }
  // 2,000 passwords have 12,000 consonants of 16 kinds, 12,000 vowels of 5 and 4,000 digits of 8.
  for (const [letter, count] of letters) {
    if (letter === "-") continue;
    const usual = "aeiou".includes(letter) ? 2_400 : /\d/.test(letter) ? 500 : 750;
    assert.ok(Math.abs(count - usual) < usual / 3, `${letter}: ${count}`);
  }
});

Deno.test("a password is as long as the server wants it, and its bytes are not biased", () => {
  for (const min of [0, 17, 18, 64, 200]) assert.ok(makePassword(min).length >= min);
  // Byte 255 is beyond the last whole multiple of 5, so no vowel may come from it.
  const bytes = [0, 255, 0, 1, 255, 1, 2, 2, 3, 3, 4, 4, 5, 0, 0, 0];
  let at = 0;
  const password = makePassword(0, (one) => {
    one[0] = bytes[at++ % bytes.length]!;
    return one;
  });
  assert.match(password, /^bace-/);
});

const SHEET = {
  language: "fr",
  title: "Lycée <X> & Cie",
  address: "https://chat.example.org",
  mustChange: false,
} as const;
const SLIPS = [
  { name: "b<i>", password: "koho-bicu-vefo-45", class: "2A" },
  { name: "=cmd", password: '"a";b', class: "10A" },
  { name: "a'c", password: "tari-bode-muka-47", class: "2A" },
];

Deno.test("the sheet has one slip for each account, class by class, and escapes all texts", () => {
  const html = [...sheetHtml(SLIPS, SHEET)].join("");
  assert.equal(html.match(/<article /g)?.length, 3);
  assert.equal(html.match(/<section /g)?.length, 2, "each class begins on a new page");
  assert.ok(html.indexOf("a&#39;c") < html.indexOf("b&lt;i&gt;"));
  assert.ok(html.indexOf("b&lt;i&gt;") < html.indexOf("=cmd"), "2A comes before 10A");
  assert.match(html, /&quot;a&quot;;b/);
  assert.match(html, /Lycée &lt;X&gt; &amp; Cie/);
  assert.doesNotMatch(html, /<i>|<X>|<script|https?:\/\/(?!chat\.example\.org)|choisirez/);
  const [many] = [[...sheetHtml(
    Array.from({ length: 21 }, (_, at) => ({ name: `u${at}`, password: "x", class: "A" })),
    { ...SHEET, language: "en", mustChange: true },
  )].join("")];
  assert.equal(many.match(/<section /g)?.length, 3);
  assert.match(many, /<html lang="en">[^]*You choose your own password at the first login\./);
});

Deno.test("the sheet as CSV quotes what needs it, and a formula gets an apostrophe", () => {
  const csv = [...sheetCsv(SLIPS, SHEET)].join("");
  assert.equal(
    csv,
    "\ufeffClasse;Nom;Mot de passe;Adresse\r\n" +
      "2A;a'c;tari-bode-muka-47;https://chat.example.org\r\n" +
      "2A;b<i>;koho-bicu-vefo-45;https://chat.example.org\r\n" +
      '10A;\'=cmd;"""a"";b";https://chat.example.org\r\n',
  );
  assert.match([...sheetCsv([], { ...SHEET, language: "en" })].join(""), /^\ufeffClass,Name,/);
});
