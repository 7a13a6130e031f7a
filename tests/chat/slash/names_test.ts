// Tests of the words of a command: its names, its arguments, and suggestions for a mistyped name.
import assert from "node:assert/strict";
import { Words } from "../../../lib/chat/slash/parse.ts";
import { findName, namesOf, suggest } from "../../../lib/chat/slash/names.ts";
import { nearest } from "../../../lib/protocol/nearest.ts";
import { COMMAND_NAMES } from "../../../lib/chat/slash/run.ts";
import { makeChat } from "../fakes.ts";
import { guest, heard, member, STAFF, type } from "../people.ts";

Deno.test("Words parses names, channels, durations and numbers from left to right", () => {
  const known = (key: string) => ["jean", "jean paul", "bob"].includes(key);
  const name = (text: string) => {
    const words = new Words(text);
    return [words.user(known), words.rest];
  };
  assert.deepEqual(name("Jean Paul hello"), ["Jean Paul", "hello"]);
  assert.deepEqual(name("jean hello"), ["jean", "hello"]);
  assert.deepEqual(name("stranger hello"), ["stranger", "hello"]);
  assert.deepEqual(name('"Jean Paul"  x y'), ["Jean Paul", "x y"]);
  assert.deepEqual(name('"unclosed name'), ['"unclosed', "name"]);
  assert.deepEqual(name(""), [undefined, ""]);
  for (
    const [text, seconds] of [
      ["90s", 90],
      ["10m x", 600],
      ["2H", 7200],
      ["1d", 86_400],
      ["1j", 86_400],
      ["1w", 604_800],
      ["1h30m x", 5_400],
      ["0", 0],
      ["0m", 0],
      ["999999d", 315_360_000],
      ["x", undefined],
    ] as const
  ) assert.equal(new Words(text).secondsIfAny(), seconds, text);
  for (const text of ["10", "10mx"]) {
    assert.throws(() => new Words(text).secondsIfAny(), { reason: "duration" });
  }
  assert.equal(new Words("20 x").numberIfAny(), 20);
  assert.equal(new Words("20x").numberIfAny(), undefined);
  assert.equal(new Words("dev x").channel(), "#dev");
  assert.equal(new Words("dev x").channelIfAny(), undefined);
});

Deno.test("commands have French names; case and accents do not matter", async () => {
  const chat = makeChat(STAFF, { language: "fr" });
  const max = await member(chat, "max");
  const bob = await member(chat, "bob");
  const expected: [string, RegExp][] = [
    ["/REJOINDRE #dev", /^Vous êtes maintenant dans #dev\.$/],
    ["/sujet TP 3", /^Le sujet de #dev est maintenant : TP 3$/],
    ["/salons", /^Salons \(2\)$/],
    ["/qui", /^En ligne \(2\) : bob · max \[modérateur\]$/],
    ["/Historique", /^Aucun message dans #dev\.$/],
    ["/chercher rien", /^Rien trouvé pour « rien »\.$/],
    ["/qui-suis-je", /^Vous êtes max \[modérateur\]\. /],
    ["/quisuisje", /^Vous êtes max /],
    ["/pseudo x", /^Seul un invité /],
    ["/motdepasse", /^N'écrivez jamais de mot de passe /],
    ["/mot-de-passe", /^N'écrivez jamais de mot de passe /],
    ["/muet bob 90s", /^Vous avez rendu muet bob pour 1 min 30 s\.$/],
    ["/parler bob", /^Vous avez rendu la parole à bob\.$/],
    ["/mp bob coucou", /^Envoyé à bob\.$/],
    ["/message bob coucou", /^Envoyé à bob\.$/],
    ["/annonce Fin du cours", /^Annonce envoyée /],
    ["/fermer", /^#dev est fermé\.$/],
    ["/ouvrir", /^#dev est ouvert\.$/],
    ["/supprimer 99", /^Aucun message de ce numéro /],
    ["/exclure bob #dev", /^N'est pas dans #dev : bob\.$/],
    ["/bannir bob 1d", /^Vous avez banni bob pour 1 j\. /],
    ["/bannis", /^Bannissements \(1\)$/],
    ["/debannir bob", /^Vous avez débanni bob\.$/],
    ["/débannir bob", /^N'est pas banni : "bob"\.$/],
    ["/De\u0301bannir bob", /^N'est pas banni : /],
    ["/quitter", /^Vous avez quitté #dev\. Vous êtes maintenant dans #général\.$/],
    ["/aide rejoindre", /^\/rejoindre #salon — entrer dans un salon/],
    ["/aide Débannir", /^\/débannir nom ou adresse — lever un bannissement\.$/],
  ];
  for (const [command, answer] of expected) {
    assert.match((await type(chat, max, command))[0]!, answer, command);
  }
  assert.deepEqual(heard(bob).filter((text) => text === "coucou"), ["coucou", "coucou"]);
});

Deno.test("the names of commands are unique, and the guides of both languages list them", async () => {
  const seen = new Map<string, string>();
  for (const name of COMMAND_NAMES) {
    for (const each of namesOf(name)) {
      assert.equal(findName(each), name, each);
      assert.ok(!seen.has(each), each);
      seen.set(each, name);
    }
  }
  for (const guide of ["USING.md", "fr/UTILISATION.md"]) {
    const text = await Deno.readTextFile(new URL(`../../../docs/${guide}`, import.meta.url));
    for (const each of seen.keys()) assert.ok(text.includes(`/${each}`), `${guide}: /${each}`);
  }
});

Deno.test("/mp, /w, /dm, /tell and /whisper send a private message and publish nothing", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  const gus = await guest(chat, "gus");
  const eve = await guest(chat, "eve");
  const names = ["mp", "w", "dm", "tell", "whisper", "MP", "message", "chuchoter"];
  for (const name of names) {
    assert.deepEqual(await type(chat, gus, `/${name} bob coucou`), ["Sent to bob."], name);
  }
  assert.deepEqual(heard(bob), names.map(() => "coucou"));
  assert.deepEqual(heard(eve), []);
});

Deno.test("a command that publishes its text is never suggested for text that may have been private", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const names = COMMAND_NAMES.flatMap(namesOf);
  // Each name with a letter added, removed, replaced, and two letters swapped.
  const mistyped = names.flatMap((name) =>
    [...name].flatMap((letter, at) => [
      name.slice(0, at) + name.slice(at + 1),
      name.slice(0, at) + (name[at + 1] ?? "") + letter + name.slice(at + 2),
      ...[...letters].map((other) => name.slice(0, at) + other + name.slice(at + 1)),
      ...[...letters].map((other) => name.slice(0, at) + other + name.slice(at)),
    ])
  ).filter((typed) => findName(typed) === undefined);
  const publishing = ["me", "topic", "announce", "nick", "close", "open"];
  for (const typed of mistyped) {
    const near = suggest(typed, COMMAND_NAMES, true);
    if (near !== undefined) assert.ok(!publishing.includes(findName(near)!), `${typed}: ${near}`);
  }
  assert.equal(suggest("mee", COMMAND_NAMES, false), "me");
  assert.equal(suggest("rejoindr", COMMAND_NAMES, true), "rejoindre");
});

Deno.test("nearest finds swapped, missing and added letters, and nothing for a distant name", () => {
  const words = ["help", "history", "join", "me"];
  assert.equal(nearest("hlep", words), "help");
  assert.equal(nearest("hepl", words), "help");
  assert.equal(nearest("joinn", words), "join");
  assert.equal(nearest("histroy", words), "history");
  assert.equal(nearest("xyz", words), undefined);
  assert.equal(nearest("x", words), undefined);
  assert.equal(nearest("h".repeat(5000), words), undefined);
});
