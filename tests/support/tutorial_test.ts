// Tests how excerpts and outputs of a page are compared.
import assert from "node:assert/strict";
import { isExcerptOf, matchesOutput, stepsOf } from "./tutorial.ts";

Deno.test("the steps of a page are its code blocks, with what the comments above them say", () => {
  const page = "a\n\n<!-- needs: b.jar -->\n\n<!-- input: x | y -->\n\n```sh\nc\n```\n\n" +
    "<!-- output -->\n\n```text\nd\n```\n\n<!-- before:\ne\n-->\n\n```transcript\nf\n```\n";
  assert.deepEqual(stepsOf(page), [
    { language: "sh", text: "c\n", marks: new Map([["needs", "b.jar"], ["input", "x | y"]]) },
    { language: "text", text: "d\n", marks: new Map([["output", ""]]) },
    { language: "transcript", text: "f\n", marks: new Map() },
  ]);
});

Deno.test("an excerpt is a part of a file, with its own indentation", () => {
  const file = "class A {\n    void a() {\n        b();\n\n        c();\n        d();\n    }\n}\n";
  assert.ok(isExcerptOf("void a() {\n    b();\n\n    c();\n", file));
  assert.ok(isExcerptOf("void a() {\n…\n    d();\n}\n", file));
  assert.ok(!isExcerptOf("void a() {\n    c();\n", file));
  assert.ok(!isExcerptOf("void a() {\n        b();\n", file));
  assert.ok(!isExcerptOf("    d();\n…\n    b();\n", file));
});

Deno.test("an output is compared whole, and an ellipsis replaces any text", () => {
  assert.ok(matchesOutput("a (b)\n…\nc\n", "a (b)\nx\ny\nc\n"));
  assert.ok(!matchesOutput("a (b)\n", "a b\n"));
  assert.ok(!matchesOutput("a\n", "a\nb\n"));
});
