// Tests of reading class lists: encodings, separators, quotes, headings in both languages, and hostile files.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CELL_UNITS_MAX,
  COLUMNS_MAX,
  LIST_BYTES_MAX,
  PEOPLE_MAX,
} from "../../lib/school/limits.ts";
import { type ClassList, type ListDefaults, readList } from "../../lib/school/list.ts";
import { madeName } from "../../lib/school/made_name.ts";
import { ListError, PROBLEM_CODES } from "../../lib/school/problem.ts";
import { problemText } from "../../lib/school/texts.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const cp1252 = (text: string) =>
  Uint8Array.from(text, (letter) => letter === "œ" ? 0x9c : letter.charCodeAt(0));
const utf16 = (text: string) =>
  Uint8Array.from([...text].flatMap((letter) => [letter.charCodeAt(0), 0]));

function read(text: string, defaults?: ListDefaults): ClassList {
  return readList(utf8(text), defaults);
}

/** The code and the line of the error for a whole file. */
function errorOf(bytes: Uint8Array | string): [string, number] {
  try {
    readList(typeof bytes === "string" ? utf8(bytes) : bytes);
  } catch (error) {
    assert.ok(error instanceof ListError, String(error));
    return [error.problem.code, error.problem.line];
  }
  throw new Error("expected an error");
}

const FRENCH = "Identifiant;Rôle;Classe;Groupe(s);Mot de passe\r\n" +
  "élodie;Élève;2SLAM;Théâtre|Club d'échecs;\r\n" +
  "cœur;Professeur;2SLAM;;geheim\r\n";
const FRENCH_ROWS = [
  {
    line: 2,
    name: "élodie",
    role: "member",
    class: "2SLAM",
    groups: ["Théâtre", "Club d'échecs"],
  },
  { line: 3, name: "cœur", role: "moderator", class: "2SLAM", password: "geheim" },
];

Deno.test("readList reads a French list in UTF-8, with and without a byte order mark, and in windows-1252", () => {
  const files = [utf8(FRENCH), utf8(`\ufeff${FRENCH}`), cp1252(FRENCH)];
  for (const bytes of files) {
    assert.deepEqual(readList(bytes), { rows: FRENCH_ROWS, problems: [], ignored: [] });
  }
});

Deno.test("readList reads an English list with commas or tabs, and with a line that names the separator", () => {
  const rows = [
    { line: 2, name: "ada", id: "17", role: "admin", class: "A" },
    { line: 3, name: "bob", id: "18", class: "A" },
  ];
  const text = "Username,ID,role,CLASS\nada,17,Admin,A\nbob,18,,A\n";
  assert.deepEqual(read(text).rows, rows);
  assert.deepEqual(read(text.replaceAll(",", "\t")).rows, rows);
  const named = read(`sep=;\r\n${text.replaceAll(",", ";")}`).rows;
  assert.deepEqual(named, rows.map((row) => ({ ...row, line: row.line + 1 })));
});

Deno.test("readList reads quoted cells as in RFC 4180, and counts the lines of the file", () => {
  const text = '"login","class"\r\n"a ""b""","x, y"\r\n\r\n;;\n"c","A"\rd,"A"';
  assert.deepEqual(read(text.replace(";;", ",")).rows, [
    { line: 2, name: 'a "b"', class: "x, y" },
    { line: 5, name: "c", class: "A" },
    { line: 6, name: "d", class: "A" },
  ]);
  const { problems } = read('login,class\n"a\nb",A\nc,"A\r\n"\nd,A,\n');
  assert.deepEqual(problems, [
    { line: 2, code: "control_character", places: { column: "name" } },
    { line: 4, code: "control_character", places: { column: "class" } },
  ]);
});

Deno.test("headings are found without regard to case, accents and signs, and others are ignored", () => {
  for (
    const heading of [
      "name",
      "NOM",
      "Nom d’utilisateur",
      "nom d'utilisateur",
      "identifiant",
      "Login",
      " user_name ",
    ]
  ) {
    assert.deepEqual(read(`${heading};Téléphone;\nada;1;\n`), {
      rows: [{ line: 2, name: "ada" }],
      problems: [],
      ignored: ["Téléphone"],
    }, heading);
  }
  assert.deepEqual(read("groupe,mdp,PRÉNOM,nom,rôle\nA|B,x,Ada,B,prof\n").rows, [
    { line: 2, name: "ada.b", role: "moderator", groups: ["A", "B"], password: "x" },
  ]);
  assert.deepEqual(read("first name,last name,name\nAda,B,\nBob,C,bobby\n").rows, [
    { line: 2, name: "ada.b" },
    { line: 3, name: "bobby" },
  ]);
});

Deno.test("the name of an account is made from first and last name in small letters without accents", () => {
  assert.equal(madeName("Élodie", "De La Cour"), "elodie.de-la-cour");
  assert.equal(madeName(" Jean-Noël ", "D'Arc"), "jean-noel.d-arc");
  assert.equal(madeName("Cœur", "Groß Øre"), "coeur.gross-ore");
  assert.equal(madeName("Олег", "Й"), "олег.й");
  assert.equal(madeName("", "!"), "");
});

Deno.test("the class is that of the column, else the given one, else the name of the file", () => {
  const classes = (text: string, defaults: ListDefaults) =>
    read(text, defaults).rows.map((row) => row.class);
  const both = { className: "1A", fileName: "list" };
  assert.deepEqual(classes("login,class\na,2B\nb,\n", both), ["2B", "1A"]);
  assert.deepEqual(classes("login,class\na,2B\nb,\n", { fileName: "list" }), ["2B", undefined]);
  assert.deepEqual(classes("login\na\n", both), ["1A"]);
  assert.deepEqual(classes("login\na\n", { fileName: "list" }), ["list"]);
});

Deno.test("each wrong line has a problem with its number, and right lines stay", () => {
  const text = "login;role;mot de passe;groupe\n" +
    "a;chef;;\n;;;\nb;;;;;x\nc;; x;\n;élève;;\n" +
    `d;;;${"y".repeat(CELL_UNITS_MAX + 1)}\ne\u0000;;;\nf\n`;
  const { rows, problems } = readList(utf8(text.replace("\u0000", "\u0007")));
  assert.deepEqual(problems.map(({ line, code }) => [line, code]), [
    [2, "bad_role"],
    [4, "too_many_cells"],
    [5, "password_space"],
    [6, "no_name"],
    [7, "cell_too_long"],
    [8, "control_character"],
  ]);
  assert.deepEqual(rows, [{ line: 9, name: "f" }]);
});

Deno.test("a file that is no class list is rejected as a whole, with the reason", () => {
  assert.deepEqual(errorOf(""), ["empty", 0]);
  assert.deepEqual(errorOf("\r\n\n  \n"), ["empty", 0]);
  assert.deepEqual(errorOf("login\n"), ["empty", 0]);
  assert.deepEqual(errorOf("colour;size\nred;1\n"), ["no_name_column", 1]);
  assert.deepEqual(errorOf("prénom\nAda\n"), ["no_name_column", 1]);
  assert.deepEqual(errorOf("\nlogin;Identifiant\na;b\n"), ["double_column", 2]);
  assert.deepEqual(errorOf('login;id\na;"1\nb;2\n'), ["open_quote", 2]);
  assert.deepEqual(errorOf('login;id\na;"1"2\n'), ["after_quote", 2]);
  assert.deepEqual(errorOf(`login\n${"a\n".repeat(PEOPLE_MAX + 1)}`), [
    "too_many_lines",
    PEOPLE_MAX + 2,
  ]);
  assert.deepEqual(errorOf(new Uint8Array(LIST_BYTES_MAX + 1)), ["too_big", 0]);
  assert.deepEqual(errorOf(utf8("PK\u0003\u0004")), ["binary", 0]);
  assert.deepEqual(errorOf(utf8("login\na\0b\n")), ["binary", 0]);
  assert.deepEqual(errorOf(utf16("login\nada\n")), ["utf16", 0]);
  assert.deepEqual(errorOf(Uint8Array.of(0xff, 0xfe, ...utf16("login\n"))), ["utf16", 0]);
  assert.deepEqual(errorOf(Uint8Array.of(0xfe, 0xff, 0, 0x61)), ["utf16", 0]);
});

Deno.test("readList is quick on hostile files: a megabyte of quotes, of separators or of one cell", () => {
  const many = LIST_BYTES_MAX - 20;
  const files = [
    `login\n"${'""'.repeat(many / 2)}"\n`,
    `login${";".repeat(many)}\na\n`,
    `login\n${";".repeat(many)}\n`,
    `login\n${"a".repeat(many)}\n`,
    `login\n${"e\u0301".repeat(many / 3)}\n`,
    "\n".repeat(many),
    '"'.repeat(many),
  ];
  for (const text of files) {
    const outcome = () => {
      try {
        const { problems, rows } = readList(utf8(text));
        return [...problems.map(({ code }) => code), ...rows.map(({ name }) => name)];
      } catch (error) {
        assert.ok(error instanceof ListError);
        return [error.problem.code];
      }
    };
    assert.equal(outcome().length, 1, text.slice(0, 20));
  }
  assert.ok(read(`login${";".repeat(COLUMNS_MAX * 3)}\na\n`).rows.length === 1);
});

Deno.test("every text or every row of bytes is a list or an error, never anything else", () => {
  const pieces = [
    "login",
    "prénom",
    "nom",
    "id",
    ";",
    ",",
    "\t",
    '"',
    '""',
    "\r\n",
    "\n",
    "\r",
    "é",
  ];
  const texts = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })))
    .map((parts) => utf8(parts.join("")));
  fc.assert(fc.property(fc.oneof(texts, fc.uint8Array({ maxLength: 200 })), (bytes) => {
    try {
      const { rows, problems } = readList(bytes);
      for (const { line, name } of rows) assert.ok(line > 1 && name.trim() === name && name !== "");
      for (const { line } of problems) assert.ok(line > 1);
    } catch (error) {
      assert.ok(error instanceof ListError, String(error));
    }
  }));
});

Deno.test("what is written as CSV with any separator is read again as it was", () => {
  const cell = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(...'aé ;,\t"|') })
    .filter((text) => text.trim() === text && !text.includes("\t"));
  const rows = fc.array(fc.record({ name: cell, id: cell, class: cell }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom(";", ",", "\t"),
      fc.constantFrom("\n", "\r\n", "\r"),
      (people, separator, end) => {
        const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const lines = people.map((row) => [row.name, row.id, row.class].map(quote).join(separator));
        const text = [["login", "id", "class"].join(separator), ...lines].join(end);
        assert.deepEqual(
          read(text).rows,
          people.map((row, index) => ({ line: index + 2, ...row })),
        );
      },
    ),
  );
});

Deno.test("every problem has a text in both languages, with the same places", () => {
  for (const code of PROBLEM_CODES) {
    const [en, fr] = (["en", "fr"] as const).map((language) =>
      problemText({ line: 1, code, places: {} }, language)
    );
    assert.notEqual(en, fr, code);
    const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    assert.deepEqual(places(en!), places(fr!), code);
  }
  const name = { line: 1, code: "bad_name", places: { found: '"x"', reason: "name_reserved" } };
  assert.match(
    problemText(name as never, "fr"),
    /"x" n'est pas un nom valide\. Ce nom est réservé/,
  );
});
