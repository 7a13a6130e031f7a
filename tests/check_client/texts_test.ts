// The texts name sentences that the pages really have, below the headings that they name.
import assert from "node:assert/strict";
import { CHECKS, FAULTS } from "../../lib/check_client/checks.ts";
import { CLIENT_TEXTS } from "../../lib/check_client/texts/languages.ts";
import { filled, type Rule } from "../../lib/check_client/texts/texts.ts";

const root = new URL("../../", import.meta.url);

/** The text below a heading, up to the next one, with single spaces. */
function below(page: string, heading: string): string {
  const code = /^```[^]*?^```$/gm;
  const sections = page.replace(code, (block) => block.replace(/^#/gm, "")).split(/^#+ /m);
  const found = sections.find((section) => section.startsWith(`${heading}\n`));
  assert.ok(found !== undefined, `there is a heading ${heading}`);
  return found.replace(/\s+/g, " ");
}

for (const [language, texts] of Object.entries(CLIENT_TEXTS)) {
  Deno.test(`each rule (${language}) is a sentence of the page below its heading`, () => {
    const rules: Rule[] = [
      ...CHECKS.map((check) => texts.checks[check].rule),
      ...Object.values(texts.faults).flatMap(({ rule }) => rule ?? []),
    ];
    for (const { page, heading, quote } of rules) {
      const text = below(Deno.readTextFileSync(new URL(page, root)), heading);
      assert.ok(text.includes(quote), `${page}, ${heading}: ${quote}`);
    }
  });
}

Deno.test("both languages have the same places in their texts", () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();
  const { fr, en } = CLIENT_TEXTS;
  for (const fault of Object.keys(FAULTS) as (keyof typeof FAULTS)[]) {
    assert.deepEqual(
      [...new Set(places(fr.faults[fault].problem))],
      [...new Set(places(en.faults[fault].problem))],
      fault,
    );
  }
  for (const [key, text] of Object.entries(fr.steps)) {
    assert.deepEqual(places(text), places(en.steps[key as keyof typeof en.steps]), key);
  }
});

Deno.test("a place that has no value stays, and a value is not searched for places", () => {
  assert.equal(filled("{a} {b} {toString}", { a: "{b}", b: "2" }), "{b} 2 {toString}");
});
