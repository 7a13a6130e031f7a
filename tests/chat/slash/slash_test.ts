// Tests of slash commands: what old clients type, and the one message that answers.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, guest, heard, member, say, STAFF, type } from "../people.ts";

Deno.test("a command is run instead of sent, and answered by one private message from ClassCord", async () => {
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

Deno.test("// sends one slash, and a slash before anything but a letter is sent unchanged", async () => {
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

Deno.test("/join joins a channel and leaves the current one", async () => {
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

Deno.test("/channels and /who list, /msg and /me send, and /topic sets the topic", async () => {
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

Deno.test("/history and /search show only what the user may read, and ids only to moderators", async () => {
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

Deno.test("/nick is for guests, keeps the connection and tells the others", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  const gus = await guest(chat, "gus");
  bob.take();
  await gus.say({ type: "message", content: "/nick Gustave" });
  chat.turn();
  const [answer] = gus.take();
  // The client still uses the name gus and would drop a message to another name.
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

Deno.test("/password is refused with advice, and nothing of it is stored", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  assert.match(
    (await type(chat, bob, "/password hunter2 hunter3"))[0]!,
    /^Never type a password in a message/,
  );
  assert.equal(chat.stored.length, 0);
  assert.ok(!JSON.stringify(chat.events).includes("hunter"));
});

Deno.test("an unknown command suggests the nearest one; commands of moderators are refused to others and never suggested", async () => {
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

Deno.test("answers are in French if the server is", async () => {
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

Deno.test("a bug in a command is answered like one in a handler", async () => {
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

Deno.test("messages of spaces only take no longer to show than others", async () => {
  const chat = makeChat(STAFF);
  const bob = await member(chat, "bob");
  for (let i = 0; i < 100; i++) await say(chat, bob, `${" ".repeat(8_000)}x`);
  const begun = performance.now();
  assert.equal((await type(chat, bob, "/history 100"))[0], "#général, latest messages");
  // If it were quadratic in the number of spaces, it would take five seconds.
  assert.ok(performance.now() - begun < 1_000);
});

Deno.test("a typed reason or topic has no control characters, as in requests", async () => {
  const chat = makeChat(STAFF);
  const max = await member(chat, "max");
  await type(chat, max, "/topic a\x1b[2Jb\u009bc\n d");
  assert.equal(chat.services.channels.general.channel.topic, "a [2Jb c d");
});
