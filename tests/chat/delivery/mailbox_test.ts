// Tests of private messages to accounts that are offline.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { ask, guest, heard, member } from "../people.ts";

async function send(chat: FakeChat, from: FakePeer, ...contents: string[]): Promise<void> {
  for (const content of contents) await from.say({ type: "private", to: "bob", content });
  chat.turn();
}

async function login(chat: FakeChat, stalled = false): Promise<{ peer: FakePeer; lines: Line[] }> {
  const peer = chat.connect();
  peer.stalled = stalled;
  await peer.say({ type: "login", username: "bob", password: "1234", ref: "login" });
  chat.turn();
  return { peer, lines: peer.take().filter((line) => line["type"] !== "status") };
}

Deno.test("kept messages arrive after the login reply, in order, unchanged, and once", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  await send(chat, gus, "one", "two");
  const sentAt = new Date(chat.time).toISOString();
  chat.time += 60_000;
  const { lines } = await login(chat);
  assert.deepEqual(lines.map((line) => line["content"] ?? line["type"]), ["login", "one", "two"]);
  assert.deepEqual(lines[1], {
    type: "message",
    subtype: "private",
    from: "gus",
    to: "bob",
    content: "one",
    timestamp: sentAt,
    id: 1,
  });
  assert.deepEqual((await login(chat)).lines.length, 1);
  assert.deepEqual(
    chat.events.filter(([name]) => name === "mailDelivered").map(([, count]) => count),
    [2],
  );
});

Deno.test("a message is kept if its recipient is offline when it is stored", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  await gus.say({ type: "private", to: "bob", content: "in the same turn" });
  const { peer, lines } = await login(chat);
  const got = [...lines, ...peer.take()].filter(({ type }) => type === "message");
  assert.deepEqual(got.map(({ content }) => content), ["in the same turn"]);
  assert.equal((await login(chat)).lines.length, 1);
  const bob = peer;
  await send(chat, gus, "live");
  assert.deepEqual(heard(bob), ["live"]);
  // The recipient disconnects before the message is stored, so it is kept.
  const again = makeChat({ bob: "1234" });
  const eve = await guest(again, "eve");
  const first = await login(again);
  await eve.say({ type: "private", to: "bob", content: "kept" });
  first.peer.consumer.ended("client");
  again.turn();
  assert.deepEqual((await login(again)).lines.map(({ content }) => content), [undefined, "kept"]);
});

Deno.test("messages that were not written to a connection arrive at the next login", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  await send(chat, gus, "one");
  const first = await login(chat, true);
  assert.equal(first.lines.length, 2);
  first.peer.consumer.ended("error");
  const second = await login(chat);
  assert.deepEqual(second.lines.map(({ content }) => content), [undefined, "one"]);
});

Deno.test("of two connections that log in at once one receives the kept messages, the other if that one fails", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  await send(chat, gus, "one");
  const first = await login(chat, true);
  const second = await login(chat);
  assert.equal(second.lines.length, 1);
  first.peer.flow();
  second.peer.consumer.ended("client");
  first.peer.consumer.ended("client");
  assert.equal((await login(chat)).lines.length, 1);

  await send(chat, gus, "live");
  for (const { peer } of [await login(chat)]) peer.consumer.ended("client");
  chat.services.roster.find("bob")?.sessions.forEach(({ peer }) =>
    (peer as FakePeer).consumer.ended("client")
  );
  await send(chat, gus, "two");
  const third = await login(chat, true);
  const fourth = await login(chat);
  assert.deepEqual(heard(fourth.peer), []);
  third.peer.consumer.ended("error");
  assert.deepEqual(heard(fourth.peer), ["two"]);
  assert.equal((await login(chat)).lines.length, 1);
});

Deno.test("a full mailbox is delivered in batches, each when the last one has been written", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  const contents = Array.from({ length: 250 }, (_, i) => `n${i}`);
  await send(chat, gus, ...contents);
  const { peer, lines } = await login(chat, true);
  assert.equal(lines.length, 1 + 100);
  const got = lines.slice(1).map(({ content }) => content);
  for (;;) {
    peer.flow();
    peer.stalled = true;
    const more = heard(peer);
    if (more.length === 0) break;
    got.push(...more as string[]);
  }
  assert.deepEqual(got, contents);
});

Deno.test("an account's kept messages never go to another user of the same connection", async () => {
  const chat = makeChat({ bob: "1234", ada: "1234" });
  const gus = await guest(chat, "gus");
  const contents = Array.from({ length: 150 }, (_, i) => `n${i}`);
  await send(chat, gus, ...contents);
  const { peer } = await login(chat, true);
  await peer.say({ type: "login", username: "ada", password: "1234" });
  chat.turn();
  peer.take();
  peer.flow();
  assert.deepEqual(heard(peer), []);
  const { lines } = await login(chat);
  assert.deepEqual(lines.slice(1).map(({ content }) => content), contents.slice(100));
});

Deno.test("a deleted message is no longer delivered", async () => {
  const chat = makeChat({ bob: "1234", max: "1234/moderator" });
  const max = await member(chat, "max");
  const ack = await ask(chat, max, { type: "private", to: "bob", content: "oops" });
  assert.equal((await ask(chat, max, { type: "delete", id: ack["id"] }))["status"], "ok");
  assert.equal((await login(chat)).lines.length, 1);
});

Deno.test("a private message to an account never goes to a guest with its name, and vice versa", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  const eve = await guest(chat, "eve");
  eve.consumer.ended("client");
  await send(chat, gus, "for the account");
  await gus.say({ type: "private", to: "eve", content: "x" });
  chat.turn();
  assert.deepEqual(gus.take().map(({ code }) => code).filter((code) => code), ["unknown_user"]);
});

Deno.test("messages written after a client has closed its half count as delivered", async () => {
  const chat = makeChat({ bob: "1234" });
  const gus = await guest(chat, "gus");
  await send(chat, gus, "one");
  const { peer } = await login(chat, true);
  peer.consumer.ended("client");
  peer.flow();
  assert.equal((await login(chat)).lines.length, 1);
});
