// The reader of the deployment guide, and its French twin.
import assert from "node:assert/strict";
import { VERSION } from "../../lib/version.ts";
import { commandsOf, difference } from "./guide.ts";

const docs = new URL("../../docs/", import.meta.url);
const read = (path: string) => Deno.readTextFileSync(new URL(path, docs));

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

Deno.test("both guides have the same commands, with the same output, for this version", () => {
  const english = read("DEPLOYMENT.md");
  const french = read("fr/DEPLOIEMENT.md");
  const bare = (guide: string, chapter: "package" | "by hand") =>
    commandsOf(guide, chapter).map(({ text, output }) => ({ text, output }));
  for (const chapter of ["package", "by hand"] as const) {
    assert.ok(bare(english, chapter).length > 3);
    assert.deepEqual(bare(french, chapter), bare(english, chapter));
  }
  for (const guide of [english, french]) {
    for (const [, version] of guide.matchAll(/classcord_([\d.]+)_amd64/g)) {
      assert.equal(version, VERSION);
    }
  }
});
