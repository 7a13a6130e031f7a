// The reader of the deployment guide. `tests/twins_test.ts` compares the guide with its French twin.
import assert from "node:assert/strict";
import { commandsOf, difference } from "./guide.ts";

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
