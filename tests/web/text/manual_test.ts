// Tests of web/text/manual.ts: the description of the protocol is drawn whole, and every type of line has its place.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { chatSchemas } from "../../../lib/protocol/requests/families.ts";
import { parseManual, plainOf, sectionOfType, spansOf } from "../../../web/text/manual.ts";
import english from "../../../web/text/protocol_en.ts";
import french from "../../../web/text/protocol_fr.ts";

const EN = parseManual(english);
const FR = parseManual(french);

Deno.test("every type of line that a page sends or receives has a section in the description", () => {
  const types = [
    ...Object.keys(chatSchemas),
    ...["private", "userlist", "who", "ack", "error", "system", "pong"],
  ];
  for (const type of types) {
    const section = sectionOfType(EN, type);
    assert.ok(section !== undefined, type);
    assert.ok(section.level > 1, type);
  }
  assert.equal(sectionOfType(EN, "kick")!.slug, "moderation");
  assert.equal(sectionOfType(EN, "seen")!.slug, "unread-messages");
  assert.equal(sectionOfType(FR, "login")!.slug, "sinscrire-et-se-connecter");
  assert.equal(sectionOfType(EN, "constructor"), undefined);
});

Deno.test("every link within a description leads to a section, and slugs are unique", () => {
  for (const sections of [EN, FR]) {
    const slugs = sections.map(({ slug }) => slug);
    assert.deepEqual(slugs, [...new Set(slugs)]);
    const spans = sections.flatMap(({ parts }) =>
      parts.flatMap((part) =>
        part.kind === "paragraph"
          ? part.spans
          : part.kind === "list"
          ? part.items.flat()
          : part.kind === "table"
          ? part.rows.flat(2)
          : []
      )
    );
    assert.ok(spans.length > 100);
    for (const span of spans) {
      if (span.kind === "section") assert.ok(slugs.includes(span.slug), span.slug);
    }
  }
});

Deno.test("no word of the description is lost, and no markup is left in its text", () => {
  for (const text of [english, french]) {
    const drawn = parseManual(text).map(({ title, parts }) =>
      [
        plainOf(title),
        ...parts.map((part) => {
          switch (part.kind) {
            case "code":
              return part.text;
            case "paragraph":
              return plainOf(part.spans);
            case "list":
              return part.items.map(plainOf).join("\n");
            case "table":
              return part.rows.map((row) => row.map(plainOf).join("\n")).join("\n");
          }
        }),
      ].join("\n")
    ).join("\n");
    const words = (source: string) =>
      source.replace(/<!--[\s\S]*?-->/g, "").replace(/\]\([^)\s]+\)/g, "]").match(
        /[\p{L}\p{N}]+/gu,
      ) ?? [];
    const wanted = words(text.replace(/^```\w+$/gm, "").replace(/^\d+\. /gm, ""));
    assert.deepEqual(words(drawn), wanted);
    assert.doesNotMatch(drawn, /\]\(/);
  }
});

Deno.test("tables keep their cells, also empty ones and bars in code", () => {
  const [section] = parseManual("# T\n\n| a | b | |\n| - | - | - |\n| `x|y` | | c\\|d |\n");
  const [table] = section!.parts;
  assert.ok(table?.kind === "table");
  assert.deepEqual(table.rows.map((row) => row.map(plainOf)), [["a", "b", ""], [
    "x|y",
    "",
    "c|d",
  ]]);
});

Deno.test("any text can be parsed, and its plain text has no more characters than it", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    parseManual(`# a\n${text}`);
    assert.ok(plainOf(spansOf(text)).length <= text.length);
  }));
});
