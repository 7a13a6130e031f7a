// Tests of web/texts: both languages have the same texts, and every text is used.
import assert from "node:assert/strict";
import { languageOf, Texts } from "../../../web/texts/catalogue.ts";
import { en } from "../../../web/texts/en.ts";
import { en as enAdmin } from "../../../web/texts/en_admin.ts";
import { en as enLesson } from "../../../web/texts/en_lesson.ts";
import { en as enMore } from "../../../web/texts/en_more.ts";
import { fr } from "../../../web/texts/fr.ts";
import { fr as frAdmin } from "../../../web/texts/fr_admin.ts";
import { fr as frLesson } from "../../../web/texts/fr_lesson.ts";
import { fr as frMore } from "../../../web/texts/fr_more.ts";
import { COMMANDS } from "../../../web/model/slash.ts";
import { describe, usageOf } from "../../../web/view/commands.ts";

const EN: Readonly<Record<string, string>> = { ...en, ...enMore, ...enLesson, ...enAdmin };
const FR: Readonly<Record<string, string>> = { ...fr, ...frMore, ...frLesson, ...frAdmin };
const english = new Texts("en", EN);
const french = new Texts("fr", FR);

/** Matches keys that the page composes at run time, by their beginning. */
const MADE =
  /^(?:error|role|state|cmd|use|door_reason|strip_off|announce|help_first|accessibility|composer|message|door|settings_theme|settings_notify|when|key|keyboard|log|insp|tool_private|export|att|adm_section|adm_import|adm_kind|adm_invite)_/;

Deno.test("both catalogues have the same keys and places, and no text is empty", () => {
  assert.deepEqual(Object.keys(FR).sort(), Object.keys(EN).sort());
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [key, text] of Object.entries(EN)) {
    assert.ok(text !== "" && FR[key] !== "", key);
    assert.deepEqual(places(FR[key]!), places(text), key);
  }
});

Deno.test("the parts of a catalogue have no key in common", () => {
  const keys = [en, enMore, enLesson, enAdmin].flatMap((part) => Object.keys(part));
  assert.deepEqual(keys, [...new Set(keys)]);
});

Deno.test("the page uses every text", () => {
  let source = "";
  for (const folder of ["", "view/", "view/admin/", "texts/catalogue.ts"]) {
    const url = new URL(`../../../web/${folder}`, import.meta.url);
    const files = folder.endsWith(".ts") ? [url] : [...Deno.readDirSync(url)]
      .filter(({ isFile, name }) => isFile && /\.tsx?$/.test(name)).map(({ name }) =>
        new URL(name, url)
      );
    for (const file of files) source += Deno.readTextFileSync(file);
  }
  const unused = Object.keys(EN).filter((key) => {
    const base = key.replace(/_(?:one|other)$/, "");
    return !MADE.test(key) && !source.includes(`"${key}"`) && !source.includes(`"${base}"`);
  });
  assert.deepEqual(unused, []);
});

Deno.test("the number decides the form of a text in each language", () => {
  assert.equal(english.count("room_unread", 0), "0 unread messages");
  assert.equal(english.count("room_unread", 1), "1 unread message");
  assert.equal(french.count("room_unread", 0), "0 message non lu");
  assert.equal(french.count("room_unread", 2), "2 messages non lus");
});

Deno.test("French texts have no-break spaces where French typography requires them", () => {
  assert.equal(french.say("log_empty"), "Aucun message pour l’instant. Écrivez le premier\u202f!");
  assert.equal(
    french.say("jump_search", { query: "a ?" }),
    "Rechercher «\u202fa ?\u202f» dans les messages",
  );
  assert.equal(
    french.say("announce_message", { name: "Léa", text: "ça va ?" }),
    "Léa\u00a0: ça va ?",
  );
});

Deno.test("an error shows the text for its reason, or else for its code, or else the server's text", () => {
  const failure = {
    code: "username_taken",
    reason: "account_name",
    text: "serveur",
    retryAt: undefined,
  };
  assert.equal(english.failure(failure, 0), EN.error_account_name);
  assert.equal(english.failure({ ...failure, reason: "unknown" }, 0), EN.error_username_taken);
  assert.equal(english.failure({ ...failure, code: "new", reason: undefined }, 0), "serveur");
  const waits = { code: "throttled", reason: undefined, text: "", retryAt: 61_000 };
  assert.equal(english.failure(waits, 1000), "Too many failed attempts. Try again in 60 seconds.");
});

Deno.test("the language is the user's choice, or else the browser's first that the page supports", () => {
  assert.equal(languageOf("fr", ["en-GB"]), "fr");
  assert.equal(languageOf("auto", ["de-DE", "fr-CA", "en"]), "fr");
  assert.equal(languageOf("auto", ["de"]), "en");
});

Deno.test("every command has a usage line and a description in both languages", () => {
  for (const command of COMMANDS) {
    for (const texts of [english, french]) {
      assert.ok(describe(command, texts) !== "", command.name);
      assert.match(usageOf(command, texts), /^\/\S+/);
      assert.ok(!usageOf(command, texts).includes("undefined"), command.name);
    }
  }
});
