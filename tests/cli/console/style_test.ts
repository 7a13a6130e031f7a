// Tests of the console's styles: the output for terminals with colours, without, and unknown ones.
import assert from "node:assert/strict";
import { picture } from "../../../lib/cli/console/screen.ts";
import { cutLine, fitLine, styled, terminalKind, textOf } from "../../../lib/cli/console/style.ts";

const LINES = [
  [styled(" ClassCord ", "title")],
  [styled("lea ", "figure"), styled("online", "good"), styled(" "), styled("k", "key")],
];
// deno-lint-ignore no-control-regex -- what is looked for
const COLOUR = /\x1b\[[\d;]*(?:3|4|9|10)\dm/;

Deno.test("a known terminal gets colours, unless NO_COLOR is set", () => {
  const coloured = picture(LINES, terminalKind({ TERM: "xterm-256color" }));
  assert.match(coloured, COLOUR);
  assert.match(
    picture(LINES, terminalKind({ TERM: "xterm", NO_COLOR: "" })),
    COLOUR,
    "empty: none",
  );
  for (const env of [{ TERM: "xterm", NO_COLOR: "1" }, { TERM: "vt100" }, { TERM: "xterm-mono" }]) {
    const plain = picture(LINES, terminalKind(env));
    assert.doesNotMatch(plain, COLOUR, JSON.stringify(env));
    assert.ok(plain.includes("\x1b[7m ClassCord "), "reversed is no colour");
  }
});

Deno.test("a dumb or unknown terminal gets only text", () => {
  for (const env of [{ TERM: "dumb" }, { TERM: "" }, {}]) {
    assert.equal(picture(LINES, terminalKind(env)), "\r\n ClassCord\r\nlea online k");
    assert.equal(terminalKind(env).dumb, true);
  }
});

Deno.test("a line is cut and padded to the column, wide characters included", () => {
  const line = [styled("王小", "figure"), styled("明!", "good")];
  assert.equal(textOf(cutLine(line, 7)), "王小明!");
  assert.equal(textOf(cutLine(line, 6)), "王小…");
  assert.equal(textOf(cutLine(line, 4)), "王…");
  assert.equal(textOf(cutLine(line, 0)), "");
  assert.equal(textOf(fitLine(line, 9)), "王小明!  ");
  assert.equal(textOf(fitLine(line, 4)), "王… ");
});
