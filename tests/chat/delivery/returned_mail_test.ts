// Tests of private messages that may not have arrived, since their connection ended without a word.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { ask, guest, heard } from "../people.ts";

async function send(chat: FakeChat, from: FakePeer, ...contents: string[]): Promise<void> {
  for (const content of contents) await from.say({ type: "private", to: "bob", content });
  chat.turn();
}

/** Logs bob in. @returns His connection, and the messages that come after the reply. */
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
  Deno.test(`what was sent to a connection that ends by ${reason} comes at the next login, in order`, async () => {
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

Deno.test("what was sent before a sign of life has arrived, what came after it may not have", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  await send(chat, gus, "before");
  await ask(chat, bob, { type: "ping" });
  await send(chat, gus, "after");
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, ["after"]);
});

Deno.test("after an orderly end nothing comes again, but what was not written comes", async () => {
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

Deno.test("a sign of life says nothing about what is still queued", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  bob.stalled = true;
  await send(chat, gus, "queued");
  await bob.say({ type: "ping" });
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, ["queued"]);
});

Deno.test("what another connection of the account has got does not come again, unless that one is lost too", async () => {
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

Deno.test("a connection that logged in meanwhile gets it at once when the dead one is found out", async () => {
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

Deno.test("kept messages that were written to a connection that is lost come again", async () => {
  const { chat, gus } = await start();
  await send(chat, gus, "kept");
  const { bob, messages } = await login(chat);
  assert.deepEqual(messages, ["kept"]);
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, ["kept"]);
});

Deno.test("a message that was deleted meanwhile does not come again", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  await send(chat, gus, "oops");
  chat.database.sqlite.exec("DELETE FROM messages WHERE content = 'oops'");
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, []);
});

Deno.test("what went to one account does not come to another that the connection speaks for later", async () => {
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

Deno.test("a connection that says nothing all day keeps a bounded number in mind, the last ones", async () => {
  const { chat, gus } = await start();
  const { bob } = await login(chat);
  const contents = Array.from({ length: 1_200 }, (_, i) => `n${i}`);
  await send(chat, gus, ...contents);
  bob.consumer.ended("timeout");
  assert.deepEqual((await login(chat)).messages, contents.slice(-500));
});
