// Tests of the catalogue of texts: complete in every language, and chosen by setting and locale.
import assert from "node:assert/strict";
import { REASONS } from "../../lib/chat/permissions.ts";
import { COMMAND_NAMES } from "../../lib/chat/slash/run.ts";
import { CATALOGUES, chooseLanguage, LANGUAGES, Texts } from "../../lib/chat/texts/catalogue.ts";
import { ERROR_CODES } from "../../lib/protocol/errors.ts";

function places(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!).sort();
}

Deno.test("every language has every text, with the same places to fill in", () => {
  const { en } = CATALOGUES;
  for (const language of LANGUAGES) {
    const catalogue = CATALOGUES[language];
    assert.deepEqual(Object.keys(catalogue).sort(), Object.keys(en).sort(), language);
    for (const [key, text] of Object.entries(catalogue)) {
      assert.notEqual(text.trim(), "", `${language} ${key}`);
      assert.deepEqual(
        [...new Set(places(text))],
        [...new Set(places(en[key as keyof typeof en]))],
        `${language} ${key}`,
      );
    }
  }
});

Deno.test("there is a text for every command, every reason and every error", () => {
  for (const language of LANGUAGES) {
    const texts = new Texts(language);
    for (const name of COMMAND_NAMES) {
      assert.ok(texts.has(`usage_${name}`) && texts.has(`help_${name}`), name);
      assert.ok(texts.say(`usage_${name}` as "usage_help").startsWith(`/${name}`), name);
    }
    for (const reason of REASONS) assert.ok(texts.has(`error_${reason}`), reason);
    for (const code of ERROR_CODES) assert.ok(texts.has(`error_${code}`), code);
  }
});

Deno.test("no text is in the source but in the catalogue that nobody uses", async () => {
  const root = new URL("../../lib/", import.meta.url);
  let source = "";
  for (
    const folder of ["chat", "chat/handlers", "chat/slash", "cli", "cli/admin", "net", "ops", "."]
  ) {
    const path = new URL(`${folder}/`, root);
    try {
      for await (const { name, isFile } of Deno.readDir(path)) {
        if (isFile) source += await Deno.readTextFile(new URL(name, path));
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  for (const key of Object.keys(CATALOGUES.en)) {
    if (/^(error|usage|help|role)_/.test(key) || /^unit_/.test(key)) continue;
    // Those of the operator's requests are used where these are served.
    if (key === "channel_deleted") continue;
    assert.ok(source.includes(`"${key}"`), `${key} is not used`);
  }
});

Deno.test("Texts fills places in with what they are given, and with nothing of it twice", () => {
  const texts = new Texts("en");
  assert.equal(texts.say("message_sent", { name: "{name}" }), "Sent to {name}.");
  assert.equal(texts.say("message_sent", { name: "$& $1" }), "Sent to $& $1.");
  assert.equal(texts.say("message_sent"), "Sent to {name}.");
});

Deno.test("Texts writes a time span with its two greatest units", () => {
  const texts = new Texts("en");
  assert.deepEqual([0.2, 59, 60, 61, 3_600, 9_000, 86_400, 90_061].map((s) => texts.duration(s)), [
    "1 s",
    "59 s",
    "1 min",
    "1 min 1 s",
    "1 h",
    "2 h 30 min",
    "1 d",
    "1 d 1 h",
  ]);
  assert.equal(new Texts("fr").duration(2 * 86_400), "2 j");
});

Deno.test("the language is that of the setting, else of the locale, else English", () => {
  assert.equal(chooseLanguage("fr", { LANG: "en_US.UTF-8" }), "fr");
  assert.equal(chooseLanguage("auto", { LANG: "fr_FR.UTF-8" }), "fr");
  assert.equal(chooseLanguage("auto", { LANG: "fr_FR.UTF-8", LC_MESSAGES: "en_GB" }), "en");
  assert.equal(chooseLanguage("auto", { LANG: "C", LC_ALL: "fr_CA" }), "fr");
  assert.equal(chooseLanguage("auto", { LC_ALL: "", LANG: "fr" }), "fr");
  assert.equal(chooseLanguage("auto", {}), "en");
});
