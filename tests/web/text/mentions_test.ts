// Tests of web/text/mentions.ts: which users a message mentions.
import assert from "node:assert/strict";
import { mentions } from "../../../web/text/mentions.ts";

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

for (
  const [text, name] of [
    ["@Tom tu viens ?", "Tom"],
    ["merci @tom", "Tom"],
    ["Tom: oui", "Tom"],
    ["Tom , oui", "Tom"],
    ["tom, oui", "Tom"],
    ["(@Mme Rossi)", "Mme Rossi"],
    ["@Mme Rossi !", "Mme Rossi"],
    ["mme rossi : bonjour", "Mme Rossi"],
  ] as const
) {
  Deno.test(`the text ${JSON.stringify(text)} mentions ${name}`, () =>
    assert.ok(mentions(text, name, same)));
}

for (
  const [text, name] of [
    ["Tom dit bonjour", "Tom"],
    ["@Tomas", "Tom"],
    ["moi, je crois", "Tom"],
    ["@Mme", "Mme Rossi"],
    ["@", "Tom"],
    ["", "Tom"],
    ["le tom: non", "Tom"],
  ] as const
) {
  Deno.test(`the text ${JSON.stringify(text)} does not mention ${name}`, () =>
    assert.ok(!mentions(text, name, same)));
}
