// The reader of the deployment guide, and the commands of its pages in both languages.
import assert from "node:assert/strict";
import { VERSION } from "../../lib/version.ts";
import { CHAPTERS, commandsOf, difference, PAGES } from "./guide.ts";

const docs = new URL("../../docs/", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, docs));
/** Lines that a page of the guide may have. */
const PAGE_LINES = 600;

/** The fences of a page: the word after the backticks, and the lines. */
function fencesOf(page: string): { language: string; lines: string[] }[] {
  return [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .map(([, language, text]) => ({ language: language!, lines: text!.split("\n") }));
}

/** What a fence says to a program, without what it says to the reader: comments, notes, drawings. */
function typed({ lines }: { lines: string[] }): string[] {
  return lines
    .map((line) => line.replace(/(^|\s+)(#|\/\/) .*$/, "").replace(/(\S) {3,}\S.*$/, "$1"))
    .filter((line) => /^[\x20-\x7e]*\S[\x20-\x7e]*$/.test(line));
}

Deno.test("commandsOf reads the commands of one machine, with what they print", () => {
  const guide =
    "<!-- machine: package -->\n```console\n$ a \\\n> b\nout\n…\n$ c\n```\n```\n$ no\n```\n" +
    "<!-- machine: none -->\n```console\n$ d\n```\n";
  assert.deepEqual(commandsOf(guide, "package"), [
    { text: "a \\\nb", output: ["out", "…"], line: 3 },
    { text: "c", output: [], line: 7 },
  ]);
  assert.deepEqual(commandsOf(guide, "by hand"), []);
});

Deno.test("difference lets numbers and left-out lines differ, and nothing else", () => {
  assert.equal(difference(["a 12", "…", "z"], ["a 7", "b", "c", "z"]), undefined);
  assert.equal(difference(["…"], []), undefined);
  assert.equal(difference([], []), undefined);
  assert.match(difference(["a"], ["b"])!, /expected "a", got "b"/);
  assert.match(difference(["a"], ["a", "b"])!, /nothing more, got "b"/);
  assert.match(difference(["a", "b"], ["a"])!, /expected "b", got undefined/);
  assert.match(difference(["…", "z"], ["a"])!, /expected "z"/);
});

for (const { english, french } of PAGES) {
  Deno.test(`${english} and ${french} have the same commands, for this version, in few lines`, () => {
    const pages = [read(english), read(french)] as const;
    const [commands, sameCommands] = pages.map((page) =>
      CHAPTERS.map((chapter) =>
        commandsOf(page, chapter).map(({ text, output }) => ({ text, output }))
      )
    );
    assert.deepEqual(sameCommands, commands);
    const [fences, sameFences] = pages.map((page) =>
      fencesOf(page).filter(({ language }) => language !== "console")
        .map((fence) => [fence.language, ...typed(fence)])
    );
    assert.ok(fences!.length > 0);
    assert.deepEqual(sameFences, fences);
    for (const page of pages) {
      assert.ok(page.split("\n").length <= PAGE_LINES);
      for (const [, version] of page.matchAll(/classcord_([\d.]+)_(?:amd|arm)64/g)) {
        assert.equal(version, VERSION);
      }
    }
  });
}

Deno.test("every command of a console fence in docs is run on a machine", () => {
  const listed = PAGES.flatMap(({ english, french }) => [english, french]);
  for (const directory of ["", "fr/"]) {
    for (const { name } of Deno.readDirSync(new URL(directory, docs))) {
      if (!name.endsWith(".md")) continue;
      const path = `${directory}${name}`;
      const page = read(path);
      const written = fencesOf(page).filter(({ language }) => language === "console")
        .flatMap(({ lines }) => lines.filter((line) => line.startsWith("$ ")));
      const run = listed.includes(path)
        ? CHAPTERS.flatMap((chapter) => commandsOf(page, chapter)).length
        : 0;
      assert.equal(run, written.length, path);
    }
  }
  for (const chapter of CHAPTERS) {
    assert.ok(commandsOf(read(PAGES[0]!.english), chapter).length > 3, chapter);
  }
});
