// Tests of when an old client receives its kept messages: when its window is ready.
import assert from "node:assert/strict";
import { APART_MS } from "../../../lib/edge/apart_writer.ts";
import { LISTENS_MS } from "../../../lib/chat/delivery/windows.ts";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { guest, heard, member, type } from "../people.ts";

const USERS = { type: "users" };
const ONLINE = { type: "status", user: "bob", state: "online" };

async function start(kept: number) {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  for (let i = 1; i <= kept; i++) await gus.say({ type: "private", to: "bob", content: `n${i}` });
  chat.turn();
  return { chat, gus };
}

/** Logs bob in and sends what his client sends next. */
async function login(chat: FakeChat, ...requests: Record<string, unknown>[]): Promise<FakePeer> {
  const bob = await member(chat, "bob");
  for (const request of requests) await bob.say(request);
  chat.turn();
  return bob;
}

/** Returns the first words of the messages of each write. */
function writes(peer: FakePeer): string[][] {
  return peer.takeWrites().map((lines) =>
    lines.map(({ type, content }) => type === "message" ? String(content) : String(type))
  );
}

const waiting = ({ database }: FakeChat) =>
  database.sqlite.prepare("SELECT count(*) AS n FROM undelivered").get()!["n"];

Deno.test("A, B and C receive kept messages after the first users, and a line that sums them up", async () => {
  const { chat } = await start(3);
  const bob = await login(chat);
  assert.deepEqual(heard(bob), []);
  assert.equal(waiting(chat), 3);
  await bob.say(USERS);
  assert.deepEqual(writes(bob).flat(), [
    "users",
    "n1",
    "n2",
    "n3",
    "3 messages arrived while you were away: /history gus",
  ]);
  assert.equal(waiting(chat), 0);
  assert.equal(chat.clock.waiting, 0);
  await bob.say(USERS);
  assert.deepEqual(writes(bob).flat(), ["users"]);
});

Deno.test("without kept messages, nothing is sent", async () => {
  const { chat } = await start(0);
  const bob = await login(chat, USERS);
  assert.deepEqual(heard(bob), []);
});

Deno.test("if a client disconnects before its window is ready, all its messages stay kept", async () => {
  for (const requests of [[], [ONLINE], [ONLINE, USERS]]) {
    const { chat } = await start(2);
    const bob = await login(chat, ...requests);
    bob.consumer.ended("client");
    chat.clock.pass(60_000);
    assert.equal(chat.clock.waiting, 0);
    assert.equal(waiting(chat), 2);
    const again = await login(chat, USERS);
    assert.deepEqual(heard(again).slice(0, 2), ["n1", "n2"]);
  }
});

Deno.test("a client that sends no users receives its kept messages after three seconds", async () => {
  for (const requests of [[], [ONLINE], [{ type: "status", state: "away" }], [{ type: "ping" }]]) {
    const { chat } = await start(1);
    const bob = await login(chat, ...requests);
    chat.clock.pass(LISTENS_MS - 1);
    assert.deepEqual(heard(bob), []);
    chat.clock.pass(1 + APART_MS);
    assert.deepEqual(heard(bob)[0], "n1", JSON.stringify(requests));
  }
});

Deno.test("a client that sends a message or a command has a window", async () => {
  for (const content of ["bonjour", "/whoami"]) {
    for (const requests of [[], [ONLINE, USERS]]) {
      const { chat } = await start(1);
      const bob = await login(chat, ...requests, { type: "message", content: "" });
      assert.deepEqual(heard(bob), []);
      await bob.say({ type: "message", content });
      chat.turn();
      chat.clock.pass(3 * APART_MS);
      assert.ok(heard(bob).includes("n1"), content);
    }
  }
});

Deno.test("a client that uses the additions receives kept messages at once, even if this shows later", async () => {
  const { chat } = await start(1);
  const newer = chat.connect();
  await newer.say({ type: "login", username: "bob", password: "1234", ref: "1" });
  assert.deepEqual(writes(newer).flat(), ["login", "n1"]);
  newer.consumer.ended("client");
  const other = await start(1);
  const late = await login(other.chat, { type: "whoami" });
  assert.deepEqual(writes(late).flat(), ["n1", "whoami"]);
});

Deno.test("E and H receive kept messages after the second users, however long their dialog is open", async () => {
  const { chat } = await start(2);
  const bob = await login(chat, ONLINE, USERS);
  bob.take();
  chat.clock.pass(600_000);
  assert.deepEqual(heard(bob), []);
  await bob.say(USERS);
  assert.deepEqual(writes(bob), [["users"]]);
  const expected = ["n1", "n2", "2 messages arrived while you were away: /history gus"];
  for (const content of expected) {
    chat.clock.pass(APART_MS - 1);
    assert.deepEqual(writes(bob), []);
    chat.clock.pass(1);
    assert.deepEqual(writes(bob), [[content]]);
  }
  chat.clock.pass(APART_MS);
  assert.equal(chat.clock.waiting, 0);
});

Deno.test("a status without user, or a later one, does not identify E and H", async () => {
  for (
    const requests of [
      [{ type: "status", state: "online" }, USERS],
      [{ type: "status", user: null, state: "online" }, USERS],
      [USERS, ONLINE],
    ]
  ) {
    const { chat } = await start(1);
    const bob = await login(chat, ...requests);
    assert.ok(heard(bob).includes("n1"), JSON.stringify(requests));
  }
});

Deno.test("messages to E are written between two kept messages, and each kind stays in order", async () => {
  const { chat, gus } = await start(3);
  const bob = await login(chat, ONLINE, USERS, USERS);
  bob.take();
  const said: string[] = [];
  const got: string[][] = [];
  for (let i = 0; i < 30; i++) {
    if (i % 3 === 0) {
      said.push(`g${i}`);
      await gus.say({ type: "message", content: `g${i}` });
      chat.turn();
    }
    chat.clock.pass(APART_MS / 2);
    got.push(...writes(bob));
  }
  chat.clock.pass(60 * APART_MS);
  got.push(...writes(bob));
  for (const write of got) {
    if (write.some((content) => /^n|arrived/.test(content))) assert.equal(write.length, 1);
  }
  const flat = got.flat();
  assert.deepEqual(flat.filter((content) => content.startsWith("n")), ["n1", "n2", "n3"]);
  assert.deepEqual(flat.filter((content) => content.startsWith("g")), said);
  assert.equal(chat.clock.waiting, 0);
});

Deno.test("many messages in a channel neither delay E's kept messages nor pile up", async () => {
  const { chat, gus } = await start(4);
  const bob = await login(chat, ONLINE, USERS, USERS);
  bob.take();
  for (let i = 0; i < 12; i++) {
    for (let j = 0; j < 20; j++) await gus.say({ type: "message", content: `g${i}` });
    chat.turn();
    chat.clock.pass(APART_MS);
  }
  const flat = writes(bob).flat();
  assert.deepEqual(flat.filter((content) => content.startsWith("n")).length, 4);
  assert.ok(flat.filter((content) => content.startsWith("g")).length >= 200);
});

Deno.test("while a client reads slowly, its next kept message waits and the other lines go to the outbox", async () => {
  const { chat, gus } = await start(2);
  const bob = await login(chat, ONLINE, USERS, USERS);
  bob.take();
  bob.queuedBytes = 10;
  await gus.say({ type: "message", content: "hello" });
  chat.turn();
  chat.clock.pass(10 * APART_MS);
  assert.deepEqual(writes(bob), [["hello"]]);
  bob.queuedBytes = 0;
  chat.clock.pass(APART_MS);
  assert.deepEqual(writes(bob), [["n1"]]);
});

Deno.test("if E disconnects between two kept messages, the rest stays kept", async () => {
  const { chat } = await start(3);
  const bob = await login(chat, ONLINE, USERS, USERS);
  chat.clock.pass(APART_MS);
  assert.deepEqual(heard(bob), ["n1"]);
  bob.consumer.ended("client");
  assert.equal(chat.clock.waiting, 0);
  assert.equal(waiting(chat), 2);
  assert.deepEqual(heard(await login(chat, USERS)).slice(0, 2), ["n2", "n3"]);
});

Deno.test("kept messages never go to another user of E's connection, but to another window of the account", async () => {
  const chat = makeChat({ bob: "1234", ada: "1234" });
  const gus = await guest(chat, "gus");
  for (const content of ["n1", "n2", "n3"]) {
    await gus.say({ type: "private", to: "bob", content });
  }
  chat.turn();
  const first = await login(chat, ONLINE, USERS, USERS);
  const second = await login(chat, USERS);
  chat.clock.pass(APART_MS);
  assert.deepEqual(heard(first), ["n1"]);
  await first.say({ type: "login", username: "ada", password: "1234" });
  chat.turn();
  chat.clock.pass(60 * APART_MS);
  assert.deepEqual(heard(first), []);
  assert.deepEqual(heard(second).slice(0, 2), ["n2", "n3"]);
  assert.equal(waiting(chat), 0);
});

Deno.test("while a dialog is open private messages are kept, and arrive once", async () => {
  const { chat, gus } = await start(1);
  Object.assign(chat.services.limits, { mailMessages: 4 });
  const bob = await login(chat, ONLINE, USERS);
  assert.deepEqual(await type(chat, gus, "/msg bob n2"), ["Sent to bob."]);
  await gus.say({ type: "private", to: "bob", content: "n3" });
  chat.turn();
  // All guests together fill half of the mailbox.
  assert.ok(gus.take().some(({ code }) => code === "forbidden"));
  assert.deepEqual(heard(bob), []);
  // The window becomes ready in the turn in which the message is stored.
  await bob.say({ type: "message", content: "me voilà" });
  chat.turn();
  chat.clock.pass(10 * APART_MS);
  assert.deepEqual(heard(bob).slice(0, 2), ["n1", "n2"]);
  await gus.say({ type: "private", to: "bob", content: "live" });
  chat.turn();
  assert.deepEqual(heard(bob), ["live"]);
});

Deno.test("a message stored in the turn in which the dialog closes arrives once", async () => {
  const { chat, gus } = await start(0);
  const bob = await login(chat, ONLINE, USERS);
  bob.take();
  await bob.say({ type: "message", content: "x" });
  await gus.say({ type: "private", to: "bob", content: "now" });
  chat.turn();
  chat.clock.pass(10 * APART_MS);
  assert.deepEqual(heard(bob).filter((content) => content === "now"), ["now"]);
  assert.equal(waiting(chat), 0);
});

Deno.test("a message that another window of the account shows is not kept for the one with a dialog", async () => {
  const { chat, gus } = await start(0);
  const open = await login(chat, USERS);
  const behind = await login(chat, ONLINE, USERS);
  await gus.say({ type: "private", to: "bob", content: "live" });
  chat.turn();
  assert.deepEqual([heard(open), heard(behind)], [["live"], ["live"]]);
  assert.equal(waiting(chat), 0);
});

Deno.test("of two windows of an account the one that is ready first receives the kept messages", async () => {
  const { chat } = await start(2);
  const [first, second] = [await login(chat), await login(chat)];
  await second.say(USERS);
  await first.say(USERS);
  assert.deepEqual(heard(second).slice(0, 2), ["n1", "n2"]);
  assert.deepEqual(heard(first), []);
});

Deno.test("messages that a lost connection did not receive wait for a window that is ready", async () => {
  const { chat, gus } = await start(0);
  const lost = await login(chat, USERS);
  await gus.say({ type: "private", to: "bob", content: "lost" });
  chat.turn();
  lost.heardAt = 0;
  const behind = await login(chat, ONLINE, USERS);
  lost.consumer.ended("timeout");
  assert.deepEqual(heard(behind), []);
  await behind.say(USERS);
  chat.clock.pass(5 * APART_MS);
  assert.ok(heard(behind).includes("lost"));
});

Deno.test("/unread lists the senders of messages that arrived while the user was away or are still kept", async () => {
  const { chat, gus } = await start(2);
  const zoe = await guest(chat, "Zoé (3B)");
  await zoe.say({ type: "private", to: "bob", content: "coucou" });
  chat.turn();
  const bob = await login(chat, USERS);
  assert.equal(heard(bob).at(-1), "3 messages arrived while you were away: /unread");
  const listed = [
    "Arrived while you were away (3)",
    "2 from gus: /history gus",
    '1 from Zoé (3B): /history "Zoé (3B)"',
  ];
  assert.deepEqual(await type(chat, bob, "/unread"), listed);
  assert.deepEqual(await type(chat, bob, "/Non-lus"), listed);
  assert.match((await type(chat, bob, '/history "Zoé (3B)"'))[1]!, /Zoé \(3B\): coucou$/);
  await gus.say({ type: "private", to: "bob", content: "live" });
  chat.turn();
  bob.take();
  assert.deepEqual(await type(chat, bob, "/unread"), listed, "what came live does not count");
  // The counts last while the account is online.
  const second = await login(chat, USERS);
  bob.consumer.ended("client");
  assert.deepEqual(await type(chat, second, "/unread"), listed);
  second.consumer.ended("client");
  const later = await login(chat, USERS);
  assert.deepEqual(await type(chat, later, "/unread"), [
    "No messages arrived while you were away.",
  ]);
  assert.deepEqual(await type(chat, gus, "/unread"), [
    "Log in first: only accounts have private history.",
  ]);
});

Deno.test("/unread counts messages that E has not been sent yet", async () => {
  const { chat } = await start(5);
  const bob = await login(chat, ONLINE, USERS, USERS);
  chat.clock.pass(2 * APART_MS);
  bob.take();
  await bob.say({ type: "message", content: "/unread" });
  chat.clock.pass(20 * APART_MS);
  const answers = heard(bob).filter((content) => String(content).startsWith("Arrived"));
  assert.deepEqual(answers, ["Arrived while you were away (5) \n— 5 from gus: /history gus"]);
});
