// Tests of web/text/writing.ts and completion.ts: the keys of the message box. `|` marks the caret.
import assert from "node:assert/strict";
import { matching, wordAt } from "../../../web/text/completion.ts";
import {
  type Draft,
  fence,
  fenceOfFile,
  indent,
  newLine,
  openFence,
  textOf,
} from "../../../web/text/writing.ts";
import { parse } from "../../../web/text/parse.ts";

function draft(marked: string): Draft {
  const start = marked.indexOf("|");
  const end = marked.lastIndexOf("|");
  return { text: marked.replaceAll("|", ""), start, end: end === start ? start : end - 1 };
}

function marked({ text, start, end }: Draft): string {
  const tail = start === end ? "" : "|";
  return `${text.slice(0, start)}|${text.slice(start, end)}${tail}${text.slice(end)}`;
}

Deno.test("a fence is open between its first line and the line that closes it", () => {
  const text = "a\n```java\nint x;\n```\nb";
  assert.equal(openFence(text, 1), undefined);
  assert.equal(openFence(text, text.indexOf("int")), "```");
  assert.equal(openFence(text, text.length), undefined);
  assert.equal(openFence("```code```", 10), undefined);
});

Deno.test("Tab in a fence inserts four spaces, or indents the selected lines", () => {
  assert.equal(marked(indent(draft("x|y"), false)), "x    |y");
  assert.equal(marked(indent(draft("|a\nb|"), false)), "    |a\n    b|");
  assert.equal(marked(indent(draft("    a|"), true)), "a|");
  assert.equal(marked(indent(draft("a|"), true)), "a|");
});

Deno.test("Enter in a fence keeps the indentation, and increases it after an opening bracket", () => {
  assert.equal(marked(newLine(draft("    x = 1;|"))), "    x = 1;\n    |");
  assert.equal(marked(newLine(draft("def f():|"))), "def f():\n    |");
});

Deno.test("a code block encloses the selection", () => {
  assert.equal(marked(fence(draft("|"))), "```\n|\n```");
  assert.equal(marked(fence(draft("voir |int x;|"), "java")), "voir \n```java\nint x;|\n```");
  assert.equal(marked(fence(draft("|```|"))), "````\n```|\n````");
});

Deno.test("a source file becomes one fence, whatever it contains", () => {
  const text = fenceOfFile("Aide.java", "// ```\r\nclass A {}\r\n\r\n");
  assert.equal(text, "```java\n// ```\nclass A {}\n```\n");
  const markdown = fenceOfFile("a.py", "```\nx\n```");
  assert.deepEqual(parse(markdown), [{ kind: "fence", language: "python", text: "```\nx\n```" }]);
});

Deno.test("a file in the encoding of French Windows is read, and a picture is not", () => {
  assert.equal(textOf(new Uint8Array([0xe9, 0x74, 0xe9])), "été");
  assert.equal(textOf(new TextEncoder().encode("été")), "été");
  assert.equal(textOf(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x00])), undefined);
});

Deno.test("commands are completed at the beginning only, and names anywhere", () => {
  assert.deepEqual(wordAt("/mu", 3), { sign: "/", typed: "mu", from: 0, to: 3 });
  assert.equal(wordAt("x /mu", 5), undefined);
  assert.equal(wordAt("/mute ada", 9), undefined);
  assert.deepEqual(wordAt("oui @Mme R", 10), { sign: "@", typed: "Mme R", from: 4, to: 10 });
  assert.deepEqual(wordAt("va dans #gé", 11), { sign: "#", typed: "gé", from: 8, to: 11 });
  assert.equal(wordAt("a@b", 3), undefined);
});

Deno.test("names that begin with the typed text come first, regardless of case and accents", () => {
  const names = ["Zoé", "Élodie", "Marie-Élise", "Noël", "éric"];
  assert.deepEqual(matching(names, "EL", (name) => name), ["Élodie", "Marie-Élise", "Noël"]);
  assert.deepEqual(matching(names, "", (name) => name), names);
});
