// Every answer of every command as the windows of old clients show it: A and B drop line breaks and make one label
// of the text, C shows two lines of 40 characters, D, E and H show lines.
import assert from "node:assert/strict";
import { ALIASES } from "../../../lib/chat/slash/names.ts";
import { COMMAND_NAMES } from "../../../lib/chat/slash/run.ts";
import type { Language } from "../../../lib/chat/texts/catalogue.ts";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { guest, say } from "../people.ts";

/** Longest answer to an old client, in characters. */
const ANSWER_MAX = 280;
const LONG_NAME = `${"Marie-Antoinette ".repeat(3)}de Habsbourg`;
const LONG_TEXT = "mot ".repeat(49).trim();

/** A command, and what the first 40 characters of its answer must say in English and in French. */
const CONVERSATION: readonly (readonly [string, RegExp, RegExp])[] = [
  [
    "/help",
    /^\/channels · \/join #name · \/who · \/msg/,
    /^\/salons · \/rejoindre #nom · \/qui · \/mp/,
  ],
  ["/help 2", /^\/help \[command\] · /, /^\/aide \[commande\] · /],
  ["/help 3", /^\//, /^\//],
  ...COMMAND_NAMES.map((name) => [`/help ${name}`, /^\/\w+/, /^\/\p{L}+/u] as const),
  ["/help nonsense", /^Unknown command \/nonsense\./, /^Commande inconnue : \/nonsense\./],
  ["/nonsense", /^Unknown command \/nonsense\./, /^Commande inconnue : \/nonsense\./],
  ["/hlep", /^Unknown command \/hlep\. Did you mean/, /^Commande inconnue : \/hlep\. Vouliez-vous/],
  ["/channels", /^Channels \(9\) \n— #général/, /^Salons \(9\) \n— #général/],
  ["/join #dev", /^You are now in #dev\./, /^Vous êtes maintenant dans #dev\./],
  ["/join", /^Usage: \/join #channel/, /^Usage : \/rejoindre #salon/],
  ["/join #a/b", /^A channel name is # and 1 to 32/, /^Nom de salon : # puis 1 à 32/],
  ["/topic", /^#dev has no topic\./, /^#dev n'a pas de sujet\./],
  [
    `/topic ${LONG_TEXT}`,
    /^The topic of #dev is now: mot/,
    /^Le sujet de #dev est maintenant : mot/,
  ],
  ["/topic", /^Topic: mot mot/, /^Sujet : mot mot/],
  ["/join #dev", /^You are now in #dev\. \n— Topic: mot/, /^Vous êtes maintenant dans #dev\./],
  ["/who", /^Online \(42\): /, /^En ligne \(42\) : /],
  ["/who #dev", /^In #dev \(1\): max \[moderator\]/, /^Dans #dev \(1\) : max \[modérateur\]/],
  ["/whoami", /^You are max \[moderator\]\. Curr/, /^Vous êtes max \[modérateur\]\. Sal/],
  ["/history", /^No messages in #dev\./, /^Aucun message dans #dev\./],
  ["/history #général", /^#général, latest messages/, /^#général, derniers messages/],
  ["/history #général 100", /^#général, latest messages/, /^#général, derniers messages/],
  ["/history ada", /^No messages with ada\./, /^Aucun message avec ada\./],
  ["/msg ada secret", /^Kept for ada, who is offline/, /^Message gardé pour ada, qui/],
  ["/history ada", /^With ada, latest messages/, /^Avec ada, derniers messages/],
  ["/msg bob secret", /^Sent to bob\./, /^Envoyé à bob\./],
  ["/msg", /^Usage: \/msg name text/, /^Usage : \/mp nom texte/],
  ["/msg nobody x", /^Nobody is called "nobody"\./, /^Personne ne s'appelle "nobody"\./],
  ["/search mot", /^“mot”, newest first/, /^« mot », du plus récent/],
  ["/search absent", /^Nothing found for “absent”\./, /^Rien trouvé pour « absent »\./],
  ["/nick eve", /^Only guests can change their name\./, /^Seul un invité peut changer de nom\./],
  [
    "/password x y",
    /^Never type a password in a message\./,
    /^N'écrivez jamais de mot de passe dans/,
  ],
  ["/bans", /^Nobody is banned\./, /^Personne n'est banni\./],
  ["/mute bob 90s trop de bruit", /^Muted bob for 1 min 30 s\./, /^Vous avez rendu muet bob pour/],
  ["/unmute bob", /^Unmuted bob\./, /^Vous avez rendu la parole à bob\./],
  ["/unmute bob", /^Not muted: bob\./, /^N'est pas muet : bob\./],
  ["/kick bob #dev", /^Not a member of #dev: bob\./, /^N'est pas dans #dev : bob\./],
  [
    `/ban 192.0.2.0/24 1d ${LONG_TEXT}`,
    /^Banned 192\.0\.2\.0\/24 for 1 d\./,
    /^Vous avez banni 192\.0\.2\.0\/24 pour/,
  ],
  ["/ban bob", /^Banned bob until further notice\./, /^Vous avez banni bob jusqu'à nouvel/],
  ["/ban 127.0.0.1", /^The server itself cannot be banned\./, /^Le serveur lui-même ne peut pas/],
  ["/bans", /^Bans \(2\) \n— /, /^Bannissements \(2\) \n— /],
  ["/unban bob", /^Unbanned bob\./, /^Vous avez débanni bob\./],
  ["/kick bob", /^Not online: bob\./, /^Pas en ligne : bob\./],
  ["/kick guest2 #général", /^Removed guest2 from #général\./, /^Vous avez exclu guest2 de #gén/],
  ["/kick guest2", /^Disconnected guest2\./, /^Vous avez déconnecté guest2\./],
  ["/delete 1", /^Deleted message 1\./, /^Message 1 supprimé\./],
  [
    "/announce Fin du cours",
    /^Announcement sent to everyone online\./,
    /^Annonce envoyée à toutes/,
  ],
  ["/close", /^Closed #dev\./, /^#dev est fermé\./],
  ["/channels", /^Channels \(9\) \n— /, /^Salons \(9\) \n— /],
  ["/open", /^Opened #dev\./, /^#dev est ouvert\./],
  ["/leave", /^You have left #dev\. You are now in/, /^Vous avez quitté #dev\. Vous êtes/],
];

interface Told {
  readonly typed: string;
  readonly text: string;
}

async function converse(language: Language, modern: boolean): Promise<Told[]> {
  const chat = makeChat({ max: "1234/moderator", ada: "1234", bob: "1234" }, { language });
  const { channels } = chat.services;
  const configured = Array.from({ length: 6 }, (_, i) => ({
    name: `#salon${i}`,
    topic: LONG_TEXT,
    roles: [],
    accounts: [],
    readOnly: i === 0,
  }));
  channels.configure([
    ...configured,
    { name: "#profs", topic: "", roles: ["moderator"], accounts: [], readOnly: false },
    { name: "#dev", topic: "", roles: [], accounts: [], readOnly: false },
  ], 0);
  for (let i = 0; i < 39; i++) await guest(chat, i === 0 ? LONG_NAME : `guest${i}`);
  const gus = await guest(chat, "gus");
  for (let i = 0; i < 30; i++) await say(chat, gus, `${i} mot — [08:00] prof : ${LONG_TEXT}`);
  for (const name of ["max", "bob"]) {
    const peer = chat.connect();
    await peer.say({ type: "login", username: name, password: "1234" });
    if (name === "max") people.set(chat, peer);
  }
  const max = people.get(chat)!;
  if (modern) await max.say({ type: "whoami" });
  const told: Told[] = [];
  for (const [typed] of CONVERSATION) {
    chat.turn();
    max.take();
    await max.say({ type: "message", content: typed });
    chat.turn();
    const answers = max.take().filter(({ subtype, from }) =>
      subtype === "private" && from === "ClassCord"
    );
    assert.equal(answers.length, 1, `${typed}: one line answers`);
    told.push({ typed, text: String(answers[0]!["content"]) });
  }
  return told;
}

const people = new WeakMap<FakeChat, FakePeer>();

for (const [at, language] of (["en", "fr"] as const).entries()) {
  Deno.test(`A and B: answers in ${language} are short, and their parts stay apart without line breaks`, async () => {
    for (const { typed, text } of await converse(language, false)) {
      assert.ok(text.length <= ANSWER_MAX, `${typed}: ${text.length} characters`);
      for (const joint of text.match(/.{0,2}\n.{0,2}/gs) ?? []) {
        assert.match(joint, /^. \n— ?$/su, `${typed}: ${JSON.stringify(joint)}`);
      }
      const shown = text.replaceAll("\n", "");
      assert.doesNotMatch(shown, / {2}|^ | $|\p{Ll}\p{Lu}/u, `${typed}: ${shown}`);
      assert.doesNotMatch(shown, /\{\w+\}|undefined/, typed);
    }
  });

  Deno.test(`C: the first 40 characters of answers in ${language} say what matters`, async () => {
    const told = await converse(language, false);
    for (const [index, expected] of CONVERSATION.entries()) {
      const { typed, text } = told[index]!;
      // C breaks the line where the text does.
      assert.match(text.slice(0, 42), expected[at + 1] as RegExp, `${typed}: ${text}`);
    }
  });

  Deno.test(`D, E and H: each line of answers in ${language} is one part, and sentences end with a full stop`, async () => {
    for (const modern of [false, true]) {
      for (const { typed, text } of await converse(language, modern)) {
        const parts = text.split(modern ? "\n" : " \n— ");
        for (const part of parts) {
          assert.notEqual(part.trim(), "", typed);
          // Text of users, names and lists keep their own ends.
          const isList =
            /^(?:\/|#|\[|“|«|\w+, |.* [:»”] ?|.*: |.*\(\d+\)$|.*, \p{L}+ messages$|\d+ )/u;
          if (!isList.test(part)) assert.match(part, /[.?!…]$/u, `${typed}: ${part}`);
          if (typed.startsWith("/help ") && part === parts[0]) {
            assert.ok(part.length <= 80, `${part.length}: ${part}`);
          }
        }
      }
    }
  });
}

Deno.test("an old client shows the first names of a long list with the number of the others, and the latest messages", async () => {
  const told = new Map((await converse("fr", false)).map(({ typed, text }) => [typed, text]));
  assert.match(told.get("/who")!, /^En ligne \(42\) : bob · guest1 · guest10 · .* · \d+ de plus$/);
  const history = told.get("/history #général 100")!.split(" \n— ");
  assert.match(history.at(-1)!, /^\[\d\d:\d\d\] gus : 29 mot - \[08:00\] prof : mot.*… \(30\)$/);
  assert.match(history.at(-2)!, /^\[\d\d:\d\d\] gus : 28 mot /);
  assert.match(told.get("/bans")!, /^Bannissements/);
  assert.match(told.get("/bans")!, / — |\n— bob : jusqu'à nouvel ordre, par max\./);
  assert.match(
    told.get("/channels")!,
    / \n— \d de plus \n— Pour entrer dans un salon : \/rejoindre #nom$/,
  );
});

Deno.test("no name can look like another entry of /who, a role or a state", async () => {
  const chat = makeChat({ prof: "1234/moderator" });
  const prof = chat.connect();
  await prof.say({ type: "login", username: "prof", password: "1234" });
  await prof.say({ type: "status", state: "dnd" });
  const gus = await guest(chat, "gus");
  await gus.say({ type: "status", state: "away] · prof [moderator" });
  const eve = await guest(chat, "eve (moderator)");
  await eve.say({ type: "status", state: "AWAY" });
  eve.take();
  await eve.say({ type: "message", content: "/who" });
  chat.turn();
  const [answer] = eve.take().filter(({ from }) => from === "ClassCord");
  assert.equal(
    answer?.["content"],
    "Online (3): eve (moderator) [away] · gus · prof [moderator, do not disturb]",
  );
});

Deno.test("commands find names with spaces, signs, emoji and 64 characters", async () => {
  const names = ["Zoé (3B)", "Léa ❤️", "a/b !c+d", "Jean, Paul & Co", "👩‍💻 dev", "n".repeat(64)];
  const chat = makeChat({ max: "1234/moderator" });
  const max = chat.connect();
  await max.say({ type: "login", username: "max", password: "1234" });
  for (const name of names) {
    const peer = await guest(chat, name);
    for (const typed of [name, name.normalize("NFD"), `"${name}"`, name.toUpperCase()]) {
      max.take();
      peer.take();
      await max.say({ type: "message", content: `/msg ${typed} salut à toi` });
      chat.turn();
      const heard = peer.take().map(({ content }) => content);
      assert.deepEqual(heard, ["salut à toi"], typed);
    }
    await max.say({ type: "message", content: `/mute ${name} 90s bruit` });
    await max.say({ type: "message", content: `/history ${name} 5` });
    chat.turn();
    const answers = max.take().filter(({ from }) => from === "ClassCord")
      .map(({ content }) => String(content));
    assert.equal(answers.at(-2), `Muted ${name} for 1 min 30 s.`);
    assert.match(answers.at(-1)!, /^With .*, latest messages|^No messages with/);
  }
});

Deno.test("every command has a French name", () => {
  for (const name of COMMAND_NAMES) assert.ok(ALIASES[name].length > 0, name);
});

Deno.test("/history with a number says how many messages did not fit; without a number it does not", async () => {
  for (
    const [language, note] of [
      ["en", /^(\d+) earlier ones do not fit\.$/],
      ["fr", /^(\d+) plus anciens, faute de place\.$/],
    ] as const
  ) {
    const chat = makeChat({ ada: "1234" }, { language });
    const gus = await guest(chat, "gus");
    for (let i = 0; i < 12; i++) await say(chat, gus, `${i} ${LONG_TEXT}`);
    // The other connection uses the additions by now.
    const old = await guest(chat, "old");
    const ask = async (content: string) => {
      chat.turn();
      old.take();
      await old.say({ type: "message", content });
      chat.turn();
      const text = String(old.take()[0]!["content"]);
      assert.ok(text.length <= ANSWER_MAX, text);
      return text.split(" \n— ").slice(1);
    };
    const [missing, ...shown] = await ask("/history 10");
    assert.equal(Number(note.exec(missing!)?.[1]) + shown.length, 10, missing);
    assert.match(shown.at(-1)!, / 11 mot/);
    assert.doesNotMatch((await ask("/history"))[0]!, note);
    assert.deepEqual((await ask("/history 1")).length, 1);
  }
});
