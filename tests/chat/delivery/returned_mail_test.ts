// Tests of private messages that may not have arrived because their connection ended without a close.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { ask, guest, heard } from "../people.ts";

async function send(chat: FakeChat, from: FakePeer, ...contents: string[]): Promise<void> {
  for (const content of contents) await from.say({ type: "private", to: "bob", content });
  chat.turn();
}

/** Logs bob in. @returns The connection, and the messages that arrive after the reply. */
async function login(
  chat: FakeChat,
  stalled = false,
): Promise<{ bob: FakePeer; messages: unknown[] }> {
  const bob = chat.connect();
  bob.stalled = stalled;
  await bob.say({ type: "login", username: "bob", password: "1234", ref: "login" });
  chat.turn();
  return { bob, messages: heard(bob) };
}

async function start() {
  const chat = makeChat({ bob: "1234" });
  return { chat, gus: await guest(chat, "gus") };
}

for (const reason of ["timeout", "error", "slow_consumer"] as const) {
  Deno.test(`messages sent to a connection that ends by ${reason} arrive at the next login, in order`, async () => {
    const { chat, gus } = await start();
    const { bob } = await login(chat);
    await send(chat, gus, "one", "two");
    assert.deepEqual(heard(bob), ["one", "two"]);
    bob.consumer.ended(reason);
    chat.turn();
    assert.deepEqual((await login(chat)).messages, ["one", "two"]);
    const returned = chat.events.filter(([name]) => name === "mailReturned");
    assert.deepEqual(returned.map(([, count]) => count), [2]);
  });
}

Deno.test("messages sent before the connection was last heard from have arrived; later ones may not have", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  await send(chat, gus, "before");
  await ask(chat, bob, { type: "ping" });
  await send(chat, gus, "after");
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, ["after"]);
});

Deno.test("after a proper close only messages that were not written are sent again", async () => {
  const { chat, gus } = await start();
  const first = await login(chat);
  await send(chat, gus, "arrived");
  first.bob.stalled = true;
  await send(chat, gus, "queued");
  first.bob.consumer.ended("client");
  const second = await login(chat);
  assert.deepEqual(second.messages, ["queued"]);
  second.bob.consumer.ended("client");
  assert.deepEqual((await login(chat)).messages, []);
});

Deno.test("hearing from a connection says nothing about messages that are still queued", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  bob.stalled = true;
  await send(chat, gus, "queued");
  await bob.say({ type: "ping" });
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, ["queued"]);
});

Deno.test("messages that another connection of the account has are sent again only if it is lost too", async () => {
  const { chat, gus } = await start();
  const [one, two] = [await login(chat), await login(chat)];
  await send(chat, gus, "both");
  one.bob.consumer.ended("timeout");
  assert.deepEqual(heard(two.bob), ["both"]);
  two.bob.consumer.ended("timeout");
  const three = await login(chat);
  assert.deepEqual(three.messages, ["both"]);

  const four = await login(chat);
  await send(chat, gus, "again");
  await ask(chat, three.bob, { type: "ping" });
  three.bob.consumer.ended("timeout");
  four.bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, [], "one of them was heard from after it");
});

Deno.test("when a dead connection is detected, another connection of the account receives its messages at once", async () => {
  const { chat, gus } = await start();
  const dead = await login(chat);
  await send(chat, gus, "lost");
  const alive = await login(chat);
  assert.deepEqual(alive.messages, []);
  await send(chat, gus, "live");
  assert.deepEqual(heard(alive.bob), ["live"]);
  dead.bob.consumer.ended("timeout");
  assert.deepEqual(heard(alive.bob), ["lost"]);
  alive.bob.consumer.ended("client");
  assert.deepEqual((await login(chat)).messages, []);
});

Deno.test("kept messages that were written to a lost connection are sent again", async () => {
  const { chat, gus } = await start();
  await send(chat, gus, "kept");
  const { bob, messages } = await login(chat);
  assert.deepEqual(messages, ["kept"]);
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, ["kept"]);
});

Deno.test("a message that was deleted meanwhile is not sent again", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  await send(chat, gus, "oops");
  chat.database.sqlite.exec("DELETE FROM messages WHERE content = 'oops'");
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, []);
});

Deno.test("messages to one account are not sent to another account that logs in over the same connection", async () => {
  const chat = makeChat({ bob: "1234", ada: "1234" });
  const gus = await guest(chat, "gus");
  const { bob } = await login(chat, true);
  await send(chat, gus, "for bob");
  await bob.say({ type: "login", username: "ada", password: "1234" });
  chat.turn();
  bob.consumer.ended("timeout");
  const ada = chat.connect();
  await ada.say({ type: "login", username: "ada", password: "1234" });
  chat.turn();
  assert.deepEqual(heard(ada), []);
  assert.deepEqual((await login(chat)).messages, ["for bob"]);
});

Deno.test("for a connection that sends nothing all day, only the last messages are remembered", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  const contents = Array.from({ length: 1_200 }, (_, i) => `n${i}`);
  await send(chat, gus, ...contents);
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, contents.slice(-500));
});
