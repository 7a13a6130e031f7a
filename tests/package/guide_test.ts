// Tests of the parser for the deployment guide, and of its pages. `tests/twins_test.ts` compares the two
// languages.
import assert from "node:assert/strict";
import { VERSION } from "../../lib/version.ts";
import { CATALOGUES } from "../web/person.ts";
import { CHAPTERS, commandsOf, difference, PAGES } from "./guide.ts";

const docs = new URL("../../docs/", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, docs));
/** Maximum number of lines of a page of the guide. */
const PAGE_LINES = 600;

/** Returns the fences of a page: the word after the backticks, and the lines. */
function fencesOf(page: string): { language: string; lines: string[] }[] {
  return [...page.matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .map(([, language, text]) => ({ language: language!, lines: text!.split("\n") }));
}

Deno.test("commandsOf returns the commands of one machine with their output", () => {
  const guide =
    "<!-- machine: package -->\n```console\n$ a \\\n> b\nout\n…\n$ c\n```\n```\n$ no\n```\n" +
    "<!-- machine: none -->\n```console\n$ d\n```\n";
  assert.deepEqual(commandsOf(guide, "package"), [
    { text: "a \\\nb", output: ["out", "…"], line: 3 },
    { text: "c", output: [], line: 7 },
  ]);
  assert.deepEqual(commandsOf(guide, "by hand"), []);
});

Deno.test("difference ignores numbers and omitted lines, and nothing else", () => {
  assert.equal(difference(["a 12", "…", "z"], ["a 7", "b", "c", "z"]), undefined);
  assert.equal(difference(["…"], []), undefined);
  assert.equal(difference([], []), undefined);
  assert.match(difference(["a"], ["b"])!, /expected "a", got "b"/);
  assert.match(difference(["a"], ["a", "b"])!, /nothing more, got "b"/);
  assert.match(difference(["a", "b"], ["a"])!, /expected "b", got undefined/);
  assert.match(difference(["…", "z"], ["a"])!, /expected "z"/);
});

for (const path of PAGES.flatMap(({ english, french }) => [english, french])) {
  Deno.test(`docs/${path} is for this version and not too long`, () => {
    const page = read(path);
    assert.ok(page.split("\n").length <= PAGE_LINES);
    for (const [, version] of page.matchAll(/classcord_([\d.]+)_(?:amd|arm)64/g)) {
      assert.equal(version, VERSION);
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
    const commands = PAGES.flatMap(({ english }) => commandsOf(read(english), chapter));
    assert.ok(commands.length > 3, chapter);
  }
});

Deno.test("the buttons that the guide to a lesson names are on the page", () => {
  for (const [path, language] of [["LESSON.md", "en"], ["fr/COURS.md", "fr"]] as const) {
    const labels = Object.values(CATALOGUES[language]);
    // The last row of the table of times is bold too, and names no button.
    const bold = [...read(path).matchAll(/\*\*([^*]+)\*\*/g)].map(([, label]) => label!).slice(2);
    assert.ok(bold.length > 20);
    for (const label of bold) assert.ok(labels.includes(label), `${path}: ${label}`);
  }
});

Deno.test("the messages quoted under troubleshooting are messages of the program", () => {
  // Texts span several lines in the source.
  const said = texts(new URL("../../lib/", import.meta.url)).join("\n")
    .replace(/["`]? ?\+\s*["`]/g, "").replaceAll("\u00a0", " ").replaceAll("\u202f", " ");
  const ofTheSystem = ["Read-only file system", "Too many open files", "312 more"];
  const { english, french } = PAGES[0]!;
  for (const path of [english, french]) {
    const table = read(path).split(/^## 9\..*$/m)[1]!;
    const quoted = [...table.matchAll(/^\| `([^`]+)`/gm)].flatMap(([, quote]) => quote!.split("…"))
      .map((part) => part.trim()).filter((part) => part.length > 3 && !ofTheSystem.includes(part));
    assert.ok(quoted.length > 7);
    for (const part of quoted) assert.ok(said.includes(part), `${path}: ${part}`);
  }
});

/** Returns the contents of the source files below a directory. */
function texts(directory: URL): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? texts(new URL(`${name}/`, directory))
      : [Deno.readTextFileSync(new URL(name, directory))]
  );
}
