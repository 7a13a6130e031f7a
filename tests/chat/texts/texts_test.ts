// Tests of the catalogue of texts: it is complete in every language, and chosen by the setting and the locale.
import assert from "node:assert/strict";
import { COMMAND_NAMES } from "../../../lib/chat/slash/run.ts";
import { CATALOGUES, chooseLanguage, LANGUAGES, Texts } from "../../../lib/chat/texts/catalogue.ts";
import { findName } from "../../../lib/chat/slash/names.ts";

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

Deno.test("the usage of a command begins with one of its names", () => {
  for (const language of LANGUAGES) {
    const texts = new Texts(language);
    for (const name of COMMAND_NAMES) {
      const [, typed = ""] = /^\/(\S+)/.exec(texts.say(`usage_${name}`)) ?? [];
      assert.equal(findName(typed), name, typed);
    }
  }
});

Deno.test("every text in the catalogue is used", async () => {
  let source = "";
  for await (const path of sourcesIn(new URL("../../../lib/", import.meta.url))) {
    if (/\/lib\/(?:cli|chat\/texts)\//.test(path.href)) continue;
    // Lists of all keys do not count as use.
    const text = await Deno.readTextFile(path);
    source += text.replace(/^export const (?:PHRASES|REASONS) = [^]*?^[\]}]/m, "");
  }
  for (const key of Object.keys(CATALOGUES.en)) {
    if (/^(?:usage|help|role|unit|kind)_/.test(key)) continue;
    const used = key.replace(/^error_/, "");
    assert.ok(source.includes(`"${key}"`) || source.includes(`"${used}"`), `${key} is not used`);
  }
});

Deno.test("Texts fills in places, and does not fill in what it has filled in", () => {
  const texts = new Texts("en");
  assert.equal(texts.say("message_sent", { name: "{name}" }), "Sent to {name}.");
  assert.equal(texts.say("message_sent", { name: "$& $1" }), "Sent to $& $1.");
  assert.equal(texts.say("message_sent"), "Sent to {name}.");
});

Deno.test("Texts writes a duration with its two largest units", () => {
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

async function* sourcesIn(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (isFile) yield new URL(name, folder);
    else yield* sourcesIn(new URL(`${name}/`, folder));
  }
}

Deno.test("the first 40 characters of every notice say what happened, even with the longest names", () => {
  const places = {
    actor: "M".repeat(64),
    channel: `#${"c".repeat(32)}`,
    topic: "t".repeat(200),
    time: "",
  };
  const points = {
    kicked: [/disconnected/, /déconnecté/],
    expelled: [/removed/, /exclu/],
    not_admitted: [/no longer/, /plus accès/],
    muted: [/muted/, /rendu muet/],
    unmuted: [/unmuted/, /parole.*rendue/],
    banned: [/banned/, /banni/],
    topic_set: [/Topic/, /Sujet/],
    channel_closed: [/closed/, /fermé/],
    channel_opened: [/reopened/, /rouvert/],
    channel_deleted: [/deleted/, /supprimé/],
    message_deleted: [/deleted/, /supprimé/],
  } as const;
  for (
    const [key, point] of Object.entries(points) as [
      keyof typeof points,
      readonly [RegExp, RegExp],
    ][]
  ) {
    for (const [at, language] of (["en", "fr"] as const).entries()) {
      const texts = new Texts(language);
      for (const time of [texts.say("until_lifted"), texts.say("for_time", { time: "59 min" })]) {
        assert.match(texts.say(key, { ...places, time }).slice(0, 40), point[at]!, key);
      }
    }
  }
});
