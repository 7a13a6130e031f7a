// Tests of slash commands: what old clients type, and the one message that answers.
import assert from "node:assert/strict";
import { Words } from "../../../lib/chat/slash/parse.ts";
import { findName, namesOf, suggest } from "../../../lib/chat/slash/names.ts";
import { DURATION_FORMS } from "../../../lib/protocol/duration.ts";
import { nearest } from "../../../lib/protocol/nearest.ts";
import { COMMAND_NAMES } from "../../../lib/chat/slash/run.ts";
import { makeChat } from "../fakes.ts";
import { ask, guest, heard, member, say, type } from "../people.ts";

const STAFF = { ada: "1234/admin", max: "1234/moderator", bob: "1234", "Jean Paul": "1234" };

Deno.test("a command is run, not sent, and answered by one private message from ClassCord", async () => {
  const chat = makeChat(STAFF);
  const bob = await guest(chat, "watcher");
  const gus = await guest(chat, "Gus");
  bob.take();
  await gus.say({ type: "message", subtype: "global", from: "Gus", content: "/whoami", ref: "7" });
  chat.turn();
  const [answer, ack, ...more] = gus.take();
  assert.deepEqual(more, []);
  assert.deepEqual(
    { ...answer, timestamp: undefined },
    {
      type: "message",
      subtype: "private",
      from: "ClassCord",
      to: "Gus",
      content: "You are Gus [guest]. Current channel: #général. Your channels: #général",
      timestamp: undefined,
    },
  );
  assert.deepEqual([ack?.["type"], ack?.["ref"], ack?.["id"]], ["ack", "7", undefined]);
  assert.deepEqual(bob.take(), []);
  assert.equal(chat.stored.length, 0);
});

Deno.test("// sends one slash, and a slash before anything but a letter is sent as it is", async () => {
  const chat = makeChat();
  const eve = await guest(chat, "eve");
  const gus = await guest(chat, "gus");
  eve.take();
  for (const content of ["//join", "/", "/ x", "/1", "///x", "/.", " /join"]) {
    await say(chat, gus, content);
  }
  assert.deepEqual(heard(eve), ["/join", "/", "/ x", "/1", "//x", "/.", " /join"]);
  // A private message is never a command.
  await ask(chat, gus, { type: "private", to: "eve", content: "/join #x" });
  assert.deepEqual(heard(eve), ["/join #x"]);
});

Deno.test("the first message of a client may be a command", async () => {
  const chat = makeChat();
  const peer = chat.connect();
  await peer.say({ type: "message", from: "gus", content: "/who" });
  chat.turn();
  assert.deepEqual(heard(peer), ["Online (1): gus"]);
});

Deno.test("/join moves: into the channel and out of the one before", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  const gus = await guest(chat, "gus");
  assert.deepEqual(await type(chat, bob, "/join dev"), [
    "You are now in #dev.",
    "Present (1): bob",
  ]);
  assert.deepEqual((await ask(chat, bob, { type: "whoami" }))["channels"], ["#dev"]);
  bob.take();
  await say(chat, gus, "not for bob");
  assert.deepEqual(heard(bob), []);
  await type(chat, bob, "/topic all about dev");
  assert.deepEqual(await type(chat, gus, "/JOIN #dev"), [
    "You are now in #dev.",
    "Topic: all about dev",
    "Present (2): bob · gus",
  ]);
  assert.deepEqual(await type(chat, gus, "/join #other"), [
    "This channel does not exist. Only members can create one.",
  ]);
  assert.deepEqual(await type(chat, gus, "/leave"), [
    "You have left #dev. You are now in #général.",
  ]);
  assert.deepEqual(await type(chat, gus, "/join"), ["Usage: /join #channel"]);
  assert.deepEqual(await type(chat, gus, "/join #a/b"), [
    "A channel name is # and 1 to 32 letters, digits, dots, hyphens or underscores.",
  ]);
});

Deno.test("/channels, /who, /msg, /me and /topic", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  const gus = await guest(chat, "gus");
  await type(chat, bob, "/join #dev");
  await type(chat, bob, "/topic the topic");
  assert.deepEqual(await type(chat, gus, "/channels"), [
    "Channels (2)",
    "#général (1) [you are here]",
    "#dev (1): the topic",
    "To join one: /join #name",
  ]);
  assert.deepEqual(await type(chat, gus, "/who"), ["Online (2): bob · gus"]);
  assert.deepEqual(await type(chat, gus, "/who #dev"), ["In #dev (1): bob"]);
  assert.deepEqual(await type(chat, gus, "/topic #dev"), ["Topic: the topic"]);
  assert.deepEqual(await type(chat, gus, "/topic"), ["#général has no topic."]);
  bob.take();
  assert.deepEqual(await type(chat, gus, "/msg bob hi  there"), ["Sent to bob."]);
  assert.deepEqual(heard(bob), ["hi  there"]);
  assert.deepEqual(await type(chat, gus, "/msg Jean Paul salut"), [
    "Kept for Jean Paul, who is offline and will receive it at the next login.",
  ]);
  assert.equal(chat.stored.at(-1)?.recipient, "Jean Paul");
  assert.deepEqual(await type(chat, gus, '/msg "jean paul" salut'), [
    "Kept for Jean Paul, who is offline and will receive it at the next login.",
  ]);
  assert.deepEqual(await type(chat, gus, "/msg nobody x"), [
    'Nobody is called "nobody".',
  ]);
  assert.deepEqual(await type(chat, gus, "/msg bob"), ["Usage: /msg name text"]);
  await gus.say({ type: "message", content: "/me dances", channel: "#dev" });
  chat.turn();
  assert.deepEqual(heard(bob), ["* gus dances"]);
  assert.deepEqual(gus.take(), []);
});

Deno.test("/history and /search show what one may read, ids to moderators", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  const max = await member(chat, "max");
  await say(chat, bob, "le français\net la suite");
  chat.time += 86_400_000;
  await say(chat, bob, "hier");
  await type(chat, bob, "/msg max between us");
  const shown = await type(chat, bob, "/history 20");
  assert.equal(shown[0], "#général, latest messages");
  assert.match(shown[1]!, /^\[2026-11-\d\d \d\d:\d\d\] bob: le français ⏎ et la suite$/);
  assert.match(shown[2]!, /^\[\d\d:\d\d\] bob: hier$/);
  assert.deepEqual((await type(chat, bob, "/history #général 1")).length, 2);
  assert.match((await type(chat, bob, "/history max"))[1]!, /bob: between us$/);
  assert.match((await type(chat, max, "/history 1"))[1]!, /bob: hier \(2\)$/);
  assert.match((await type(chat, bob, "/search francais"))[1]!, /^#général .*le «français»/);
  assert.match((await type(chat, bob, "/search between"))[1]!, /^bob → max /);
  assert.deepEqual(await type(chat, bob, "/search #général between"), [
    "Nothing found for “between”.",
  ]);
  assert.deepEqual(await type(chat, bob, "/history #nowhere"), [
    "There is no channel #nowhere.",
  ]);
  const gus = await guest(chat, "gus");
  assert.deepEqual(await type(chat, gus, "/history bob"), [
    "Log in first: only accounts have private history.",
  ]);
});

Deno.test("a long answer stays within the longest content", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  for (let i = 0; i < 100; i++) await say(chat, bob, `${i} ${"é".repeat(280)}`);
  const lines = await type(chat, bob, "/history 100");
  assert.ok(new TextEncoder().encode(lines.join("\n")).length <= 8192);
  assert.match(lines.at(-1)!, /bob: 99 /);
});

Deno.test("/nick is for guests, keeps one's connection and tells the others", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  const gus = await guest(chat, "gus");
  bob.take();
  await gus.say({ type: "message", content: "/nick Gustave" });
  chat.turn();
  const [answer] = gus.take();
  // The client takes itself for gus, and would drop what is for another name.
  assert.deepEqual([answer?.["to"], answer?.["content"]], [
    "gus",
    "You are now Gustave. Your program may still show gus.",
  ]);
  assert.deepEqual(bob.take().map(({ user, state }) => [user, state]), [
    ["gus", "offline"],
    ["Gustave", "online"],
  ]);
  assert.deepEqual(await type(chat, gus, "/nick ada"), [
    "This name is taken by an account. Log in, or choose another.",
  ]);
  assert.deepEqual(await type(chat, gus, "/nick \u0430da"), [
    "This name looks like an account's. Choose another.",
  ]);
  await guest(chat, "eve");
  assert.deepEqual(await type(chat, gus, "/nick Eve"), [
    "This name is taken by a guest who is online.",
  ]);
  assert.deepEqual(await type(chat, gus, "/nick admin"), [
    "This name is reserved. Choose another.",
  ]);
  assert.match((await type(chat, gus, "/nick a#b"))[0]!, /^Character not allowed in a name\. /);
  assert.deepEqual(await type(chat, gus, `/nick ${"x".repeat(65)}`), [
    "A name has 1 to 64 characters, not 65.",
  ]);
  assert.deepEqual(await type(chat, gus, "/nick GUSTAVE"), [
    "You are now GUSTAVE. Your program may still show gus.",
  ]);
  assert.deepEqual(await type(chat, bob, "/nick bobby"), [
    "Only guests can change their name. Your name is that of your account.",
  ]);
  assert.equal(chat.services.roster.find("gustave")?.name, "GUSTAVE");
});

Deno.test("/password is refused with advice, and nothing of it is kept", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  assert.match(
    (await type(chat, bob, "/password hunter2 hunter3"))[0]!,
    /^Never type a password in a message/,
  );
  assert.equal(chat.stored.length, 0);
  assert.ok(!JSON.stringify(chat.events).includes("hunter"));
});

Deno.test("an unknown command suggests the nearest; a moderator's is refused to others, and not suggested", async () => {
  const chat = makeChat(STAFF);
  const gus = await guest(chat, "gus");
  const max = await member(chat, "max");
  assert.match((await type(chat, gus, "/hlep"))[0]!, /Did you mean \/help\?/);
  assert.match(
    (await type(chat, gus, "/announc bob"))[0]!,
    /^Unknown command \/announc\. See \/help/,
  );
  assert.match((await type(chat, max, "/kcik bob"))[0]!, /Did you mean \/kick\?/);
  assert.match((await type(chat, gus, "/kick bob"))[0]!, /^Only moderators can do this/);
  assert.deepEqual(
    chat.events.filter(([name]) => name === "commandRun").map(([, command]) => command),
    ["unknown", "unknown", "unknown", "kick"],
  );
});

Deno.test("/help lists what one may use to a client that shows lines, and explains one command", async () => {
  const chat = makeChat(STAFF);
  const gus = await guest(chat, "gus");
  const max = await member(chat, "max");
  for (const peer of [gus, max]) await ask(chat, peer, { type: "whoami" });
  const forGuest = await type(chat, gus, "/help");
  assert.ok(forGuest.some((line) => line.startsWith("/join #channel — ")));
  assert.ok(!forGuest.some((line) => line.startsWith("/kick")));
  const forModerator = await type(chat, max, "/aide");
  assert.equal(forModerator.length, COMMAND_NAMES.length + 2);
  assert.ok(forModerator.join("\n").length < 8192 / 2);
  assert.deepEqual(await type(chat, gus, "/help /msg"), [
    "/msg name text — send a private message.",
    "Also: /mp · /w · /dm · /tell · /whisper · /message · /chuchoter",
  ]);
  assert.match((await type(chat, gus, "/help kick"))[0]!, /^Only moderators can do this/);
  assert.match((await type(chat, gus, "/help foo bar"))[0]!, /^Unknown command \/foo\. /);
});

Deno.test("/help to an old client is one line of 80 characters, and goes on page by page", async () => {
  for (const language of ["en", "fr"] as const) {
    const chat = makeChat(STAFF, { language });
    const max = await member(chat, "max");
    const seen: string[] = [];
    const [first, ...more] = await type(chat, max, "/help");
    assert.deepEqual(more, []);
    for (let next = / · (\/\w+ 2)$/.exec(first!)?.[1]; next !== undefined;) {
      const [line = "", ...rest] = await type(chat, max, next);
      assert.deepEqual(rest, []);
      assert.ok(line.length <= 80, line);
      seen.push(...line.split(" · "));
      next = / · (\/\w+ \d+)$/.exec(line)?.[1];
    }
    for (const name of COMMAND_NAMES) {
      assert.ok(seen.includes(chat.services.texts.say(`usage_${name}`)), `${language} ${name}`);
    }
    assert.ok(first!.length <= 80);
    const second = await type(chat, max, "/help 2");
    for (const asked of ["/aide page", "/help page 2", "/HELP PAGE 2"]) {
      assert.deepEqual(await type(chat, max, asked), second, asked);
    }
    assert.deepEqual(await type(chat, max, "/help 0"), [first]);
    assert.equal((await type(chat, max, "/help 9999")).length, 1);
  }
});

const NO_DURATION = `Expected a duration: ${DURATION_FORMS}. ` +
  "A reason cannot begin with a number and a unit.";

Deno.test("moderators act by commands, noted as by requests", async () => {
  const chat = makeChat(STAFF);
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  const jean = await member(chat, "jean paul");
  const id = (await say(chat, gus, "bad"))["id"];
  await ask(chat, jean, { type: "join", channel: "#dev" });
  const expected: [string, string][] = [
    ["/mute gus 90s too loud", "Muted gus for 1 min 30 s."],
    ["/unmute gus", "Unmuted gus."],
    ["/mute gus", "Muted gus for 10 min."],
    ["/mute gus 1h30m", "Muted gus for 1 h 30 min."],
    ["/mute gus 10", NO_DURATION],
    [`/delete ${id} rude`, `Deleted message ${id}.`],
    ["/topic #général quiet", "The topic of #général is now: quiet"],
    ["/announce Fin du cours", "Announcement sent to everyone online."],
    ["/close dev", "Closed #dev."],
    ["/open #dev", "Opened #dev."],
    ["/close", "Closed #général."],
    ["/open", "Opened #général."],
    ["/kick Jean Paul #dev out", "Removed Jean Paul from #dev."],
    ["/kick jean paul bye", "Disconnected Jean Paul."],
    ["/ban gus 10minutes x", NO_DURATION],
    ["/ban gus 10 min", NO_DURATION],
    ["/ban gus 1h 30m", NO_DURATION],
    ["/ban gus 10", NO_DURATION],
    [
      "/ban gus 3 fois",
      "Banned gus until further notice. The user may return under another name; the address was 10.0.0.5.",
    ],
    ["/ban 192.0.2.0/24 2h30", "Banned 192.0.2.0/24 for 2 h 30 min."],
    ["/ban 127.0.0.1", "The server itself cannot be banned."],
    ["/ban ada", "You can act only on users of a lower rank."],
    ["/unban 192.0.2.0/24", "Unbanned 192.0.2.0/24."],
    ["/unban 192.0.2.0/24", 'Not banned: "192.0.2.0/24".'],
    ["/bans", "Bans (1)\ngus: until further notice, by max. Reason: 3 fois"],
    ["/delete 99", "No message with this id that you can delete."],
    ["/kick", "Usage: /kick name [#channel] [reason]"],
  ];
  for (const [command, answer] of expected) {
    assert.equal((await type(chat, max, command)).join("\n"), answer, command);
  }
  const actions = chat.database.sqlite.prepare("SELECT action FROM audit ORDER BY id").all()
    .map(({ action }) => action);
  assert.deepEqual(actions, [
    "mute",
    "unmute",
    "mute",
    "mute",
    "delete",
    "topic",
    "announce",
    "close_channel",
    "open_channel",
    "close_channel",
    "open_channel",
    "kick",
    "kick",
    "ban",
    "ban",
    "unban",
  ]);
});

Deno.test("answers are in French where the server is", async () => {
  const chat = makeChat(STAFF, { language: "fr" });
  const gus = await guest(chat, "gus");
  assert.deepEqual(await type(chat, gus, "/who"), ["En ligne (1) : gus"]);
  assert.deepEqual(await type(chat, gus, "/join #x"), [
    "Ce salon n'existe pas. Seuls les membres peuvent en créer un.",
  ]);
  const max = await member(chat, "max");
  gus.take();
  assert.deepEqual(await type(chat, max, "/mute gus 2h"), ["Vous avez rendu muet gus pour 2 h."]);
  assert.deepEqual(heard(gus), ["Vous avez été rendu muet pour 2 h par max."]);
  assert.deepEqual(await type(chat, gus, "/msg bob x"), [
    "Vous êtes muet pour encore 2 h.",
  ]);
  assert.deepEqual(await type(chat, gus, "/me x"), ["Vous êtes muet pour encore 2 h."]);
  assert.equal(
    (await say(chat, gus, "x"))["message"],
    "Vous êtes muet pour encore 2 h.",
  );
});

Deno.test("a bug in a command is answered as one in a handler is", async () => {
  const chat = makeChat(STAFF, {
    history: {
      channel() {
        throw new Error("a bug");
      },
    } as never,
  });
  const bob = await member(chat, "bob");
  await bob.say({ type: "message", content: "/history", ref: "1" });
  assert.deepEqual(bob.take().map(({ code, ref }) => [code, ref]), [["internal", "1"]]);
});

Deno.test("Words takes names, channels, times and counts from the left", () => {
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

Deno.test("commands have French names, whatever the case and the accents", async () => {
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

Deno.test("the names of commands are told apart, and are in the guides of both languages", async () => {
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

Deno.test("/mp, /w, /dm, /tell and /whisper send a private message, and none of it is published", async () => {
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

Deno.test("what may have been private is never suggested to a command that publishes it", () => {
  const letters = "abcdefghijklmnopqrstuvwxyz";
  const names = COMMAND_NAMES.flatMap(namesOf);
  // Each name with a letter too many, too few, another one, and two swapped.
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

Deno.test("nearest finds letters swapped, missing and added, and nothing for what is far", () => {
  const words = ["help", "history", "join", "me"];
  assert.equal(nearest("hlep", words), "help");
  assert.equal(nearest("hepl", words), "help");
  assert.equal(nearest("joinn", words), "join");
  assert.equal(nearest("histroy", words), "history");
  assert.equal(nearest("xyz", words), undefined);
  assert.equal(nearest("x", words), undefined);
  assert.equal(nearest("h".repeat(5000), words), undefined);
});

Deno.test("messages of nothing but spaces cost no more to show than others", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  for (let i = 0; i < 100; i++) await say(chat, bob, `${" ".repeat(8_000)}x`);
  const begun = performance.now();
  assert.equal((await type(chat, bob, "/history 100"))[0], "#général, latest messages");
  // Quadratic in the spaces, it would take five seconds.
  assert.ok(performance.now() - begun < 1_000);
});

Deno.test("a reason or a topic that is typed has no control characters, as in requests", async () => {
  const chat = makeChat(STAFF);
  const max = await member(chat, "max");
  await type(chat, max, "/topic a\x1b[2Jb\u009bc\n d");
  assert.equal(chat.services.channels.general.channel.topic, "a [2Jb c d");
});
