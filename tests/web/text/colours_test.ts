// Tests of web/text/colours.ts and languages.ts: the eleven languages, and that colouring does not change code.
import assert from "node:assert/strict";
import fc from "fast-check";
import { colour } from "../../../web/text/colours.ts";
import { languageOfFile, languageTitle } from "../../../web/text/languages.ts";

const SAMPLES: Readonly<Record<string, string>> = {
  java: 'public class A { String s = "x"; /* c */ }',
  py: "def f(x):\n    return 'a'  # fin",
  c: "int main(void) { return 0; }",
  "c++": "std::vector<int> v; // x",
  js: "const a = `x${1}`;",
  ts: "type A = { readonly b: string };",
  sql: "SELECT * FROM eleves WHERE nom = 'Léa';",
  html: '<p class="x">é</p><!-- c -->',
  css: "a:hover { color: red; }",
  sh: 'if [ -e "$f" ]; then echo oui; fi',
  json: '{"type":"ping","n":[1,true,null]}',
};

for (const [language, code] of Object.entries(SAMPLES)) {
  Deno.test(`code in ${language} is coloured and not changed`, () => {
    const pieces = colour(code, language);
    assert.equal(pieces.map(({ text }) => text).join(""), code);
    assert.ok(new Set(pieces.map(({ kind }) => kind)).size > 2, JSON.stringify(pieces));
  });
}

Deno.test("colouring loses no character of any text", () => {
  const languages = fc.constantFrom(...Object.keys(SAMPLES), "brainfuck", "");
  fc.assert(
    fc.property(fc.string({ maxLength: 120 }), languages, (code, language) => {
      assert.equal(colour(code, language).map(({ text }) => text).join(""), code);
    }),
    { numRuns: 300 },
  );
});

Deno.test("the extension of a file name decides the language of the file", () => {
  assert.equal(languageOfFile("Serveur.java"), "java");
  assert.equal(languageOfFile("tp.PY"), "python");
  assert.equal(languageOfFile("index.html"), "html");
  assert.equal(languageOfFile("notes.txt"), "");
  assert.equal(languageOfFile("Makefile"), "");
  assert.equal(languageTitle("cpp"), "C++");
  assert.equal(languageTitle("ocaml"), "ocaml");
});
