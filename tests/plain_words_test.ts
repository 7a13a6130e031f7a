// Phrases that must not return to what people read, with the plain wording for each. To ban one more, add a row.
import assert from "node:assert/strict";

const root = new URL("../", import.meta.url);

/** What must not stand in English texts, code and comments, and what to write instead. */
const ENGLISH: readonly [phrase: RegExp, plain: string][] = [
  [/\bfor ever\b/i, "forever"],
  [/\bwho(m)?(so)?ever\b/i, "the user, the client, anyone who"],
  [/\b(is|are|be) borne\b/i, "is allowed, is accepted"],
  [/\bborne in\b/i, "allowed per"],
  [/\bnone of (ours|theirs)\b/i, "unknown"],
  [/\b(is|are|be) to be had\b/i, "is available, exists"],
  [/\bas many as (there|they) (may|can)\b/i, "the limit has been reached"],
  [/\bof (its|their) own accord\b/i, "by itself"],
  [/\b(is|are|be|was|were) mended\b/i, "is fixed, receives fixes"],
  [/\bmust be so\b/i, "this is required"],
  [/\bdoes not work so\b/i, "that request is not valid"],
  [/\bsay more words\b/i, "narrow the search"],
  [/\bthat which\b/i, "what"],
  [/\b(hands were shaken|shakes? hands|shook hands)\b/i, "the handshake succeeds"],
  [/\bturn(s|ed)? away\b/i, "rejects, rejected"],
  [/\blets? in\b/i, "admits, accepts"],
  [/\bwho bears?\b|\bbears (a|the|no|its) (name|number|mark)\b/i, "has, carries"],
  [/\bthose (who|whom|whose)\b/i, "the users who, the connections whose"],
  [/\bcome(s)? to rest\b/i, "stops changing"],
  [/\bstands? (in|for|behind)\b/i, "is in, means, follows"],
  [
    /\b(passwords?|messages?|come|accepted|sent|is|are|over|connections?) in clear\b/i,
    "in plaintext",
  ],
];

/** What must not stand in French texts. */
const FRENCH: readonly [phrase: RegExp, plain: string][] = [
  [/l[’']adresse [^.;:|]{0,60}\belles\b/i, "« les adresses … elles »"],
  [/\bse déballe/i, "« se décompresse », « s’installe »"],
  [/parle(nt)? la même chose/i, "« utilise le même protocole »"],
  [/\bvaut un an\b/i, "« est valable un an »"],
  [/\best hors de\b/i, "« n’est pas dans », « n’a pas accès à »"],
  [/\bmuseler\b|\bmusel(é|le|ez)\b/i, "« rendre muet »"],
  [/\ben sourdine\b/i, "« rendre muet »"],
];

/** Files of a folder whose names end in one of some ways. */
function* filesIn(folder: string, endings: readonly string[]): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    const path = `${folder}${name}`;
    if (isDirectory) yield* filesIn(`${path}/`, endings);
    else if (endings.some((ending) => name.endsWith(ending))) yield path;
  }
}

/** Each place where a file has a phrase of a table: `path:line`, the phrase, and the plain wording. */
function found(path: string, table: typeof ENGLISH): string[] {
  // A phrase may be broken over lines of prose, of a comment, or of a string.
  const text = Deno.readTextFileSync(new URL(path, root));
  return table.flatMap(([phrase, plain]) => {
    const spaced = phrase.source.replaceAll(
      " ",
      String.raw`(?:[ \t]+|[ "\x60]*(?:\+)?\s*\n[ \t]*(?:\/\/|\*|["\x60])?[ \t]*)`,
    );
    return [...text.matchAll(new RegExp(spaced, `${phrase.flags}gu`))].map(
      ({ 0: words, index }) => {
        const line = text.slice(0, index).split("\n").length;
        return `${path}:${line}: ${JSON.stringify(words)}: write ${plain}`;
      },
    );
  });
}

/** Files in English: code, its comments and messages, tests and pages. */
function* english(): Generator<string> {
  yield "main.ts";
  for (const folder of ["lib/", "web/", "scripts/", "tests/", "bench/"]) {
    yield* filesIn(folder, [".ts", ".tsx"]);
  }
  for (const { name } of Deno.readDirSync(root)) if (name.endsWith(".md")) yield name;
  for (const path of filesIn("docs/", [".md"])) if (!path.startsWith("docs/fr/")) yield path;
}

Deno.test("no English text has a phrase that reads like a word-by-word translation", () => {
  const self = import.meta.url.slice(root.href.length);
  const paths = [...english()].filter((path) => path !== self);
  assert.ok(paths.length > 300);
  assert.deepEqual(paths.flatMap((path) => found(path, ENGLISH)), []);
});

Deno.test("no French page has a phrase that reads like a word-by-word translation", () => {
  const paths = [...filesIn("docs/fr/", [".md"]), ...filesIn("web/texts/", [".ts"])];
  assert.ok(paths.length > 3);
  assert.deepEqual(paths.flatMap((path) => found(path, FRENCH)), []);
});

Deno.test("a phrase is found across the lines of a comment, of a string and of prose", () => {
  const path = Deno.makeTempFileSync();
  try {
    Deno.writeTextFileSync(path, '// It stays for\n// ever. "for " +\n  "ever" For\never\n');
    const places = found(path, [[/\bfor ever\b/i, "forever"]]);
    assert.deepEqual(places.map((place) => /:(\d+): "/.exec(place)?.[1]), ["1", "2", "3"]);
  } finally {
    Deno.removeSync(path);
  }
});
