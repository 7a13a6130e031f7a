// Tests of the name by which an old client is addressed, which is the one it gave.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { ask, guest, member } from "../people.ts";

/** Sends a private message. Returns what the peer receives of it. */
async function addressed(chat: FakeChat, peer: FakePeer, to: string): Promise<unknown[]> {
  const gus = await guest(chat, "gus");
  peer.take();
  await gus.say({ type: "private", to, content: "psst" });
  chat.turn();
  const got = peer.take().filter(({ content }) => content === "psst");
  gus.consumer.ended("client");
  return got.map(({ from, to }) => [from, to]).flat();
}

async function loginAs(chat: FakeChat, username: string, users = true): Promise<FakePeer> {
  const peer = chat.connect();
  await peer.say({ type: "login", username, password: "1234" });
  if (users) await peer.say({ type: "users" });
  chat.turn();
  return peer;
}

Deno.test("a member is addressed by the name as typed at the login", async () => {
  const chat = makeChat({ Zoé: "1234" });
  for (const typed of ["Zoé", "zoé", "ZOE\u0301", "zoe\u0301"]) {
    const peer = await loginAs(chat, typed);
    assert.equal(peer.take()[0]!["username"], "Zoé");
    assert.deepEqual(await addressed(chat, peer, "Zoé"), ["gus", typed]);
    await peer.say({ type: "message", content: "/whoami" });
    assert.equal(peer.take()[0]!["to"], typed);
    // A second login to the same account may spell the name differently.
    await peer.say({ type: "login", username: "ZOÉ", password: "1234" });
    assert.deepEqual(await addressed(chat, peer, "zoé"), ["gus", "ZOÉ"]);
    peer.consumer.ended("client");
  }
});

Deno.test("kept messages use this name too", async () => {
  const chat = makeChat({ Lucas: "1234" });
  const gus = await guest(chat, "gus");
  await gus.say({ type: "private", to: "LUCAS", content: "kept" });
  chat.turn();
  const peer = await loginAs(chat, "lucas");
  const kept = peer.take().filter(({ type }) => type === "message");
  assert.deepEqual(kept.map(({ to }) => to), ["lucas", "lucas"]);
});

Deno.test("a guest is addressed by the name it asked for, even after /nick and after an account takes its name", async () => {
  const chat = makeChat({ ida: "1234" });
  const first = await guest(chat, "Zoé");
  const second = await guest(chat, "Zoe\u0301");
  assert.deepEqual(await addressed(chat, first, "zoé"), ["gus", "Zoé"]);
  assert.deepEqual(await addressed(chat, second, "Zoé~2"), ["gus", "Zoe\u0301"]);
  await second.say({ type: "message", content: "/nick eve" });
  await second.say({ type: "message", content: "/nick eva" });
  chat.turn();
  const answers = second.take().filter(({ from }) => from === "ClassCord");
  assert.deepEqual(answers.map(({ to }) => to), ["Zoe\u0301", "Zoe\u0301"]);
  assert.deepEqual(await addressed(chat, second, "eva"), ["gus", "Zoe\u0301"]);
  // The account is created over the admin socket while the guest is online.
  const guestIda = await guest(chat, "Ada");
  const root = chat.operate();
  assert.equal(
    (await ask(chat, root, { type: "user_add", user: "ADA", password: "1234" }))["status"],
    "ok",
  );
  chat.turn();
  assert.equal(guestIda.take().find(({ from }) => from === "ClassCord")!["to"], "Ada");
  assert.deepEqual(await addressed(chat, guestIda, "Ada~2"), ["gus", "Ada"]);
});

Deno.test("a guest who gives no name is addressed by the one it is given", async () => {
  const chat = makeChat();
  const nameless = async (from?: unknown) => {
    const peer = chat.connect();
    await peer.say({ type: "message", content: "x", ...(from === undefined ? {} : { from }) });
    chat.turn();
    return peer;
  };
  await nameless();
  assert.deepEqual(await addressed(chat, await nameless(), "invité~2"), ["gus", "invité~2"]);
  assert.deepEqual(await addressed(chat, await nameless("  "), "invité~3"), ["gus", "invité~3"]);
});

Deno.test("clients that use the additions are addressed by the true name, connection by connection", async () => {
  const chat = makeChat({ Lucas: "1234" });
  const old = await loginAs(chat, "lucas");
  const newer = await loginAs(chat, "lucas");
  await ask(chat, newer, { type: "whoami" });
  assert.deepEqual(await addressed(chat, newer, "lucas"), ["gus", "Lucas"]);
  assert.deepEqual(await addressed(chat, old, "lucas"), ["gus", "lucas"]);
  await newer.say({ type: "message", content: "/whoami" });
  assert.equal(newer.take().find(({ from }) => from === "ClassCord")!["to"], "Lucas");
  const history = await ask(chat, newer, { type: "history", with: "gus" });
  const messages = history["messages"] as { to: string }[];
  assert.deepEqual(messages.map(({ to }) => to), ["Lucas", "Lucas"]);
});

Deno.test("a guest who logs in is addressed by the name typed at the login", async () => {
  const chat = makeChat({ Lucas: "1234" });
  const peer = await guest(chat, "tom");
  await peer.say({ type: "login", username: "lucas", password: "1234" });
  await peer.say({ type: "users" });
  assert.deepEqual(await addressed(chat, peer, "LUCAS"), ["gus", "lucas"]);
});

Deno.test("one message reaches each connection once, under the name it knows", async () => {
  const chat = makeChat({ Lucas: "1234", ada: "1234" });
  const ada = await member(chat, "ada");
  const names = ["lucas", "LUCAS", "lucas", "Lucas"];
  const peers = [];
  for (const name of names) peers.push(await loginAs(chat, name));
  for (const peer of peers) peer.take();
  await ada.say({ type: "private", to: "lucas", content: "psst" });
  chat.turn();
  assert.deepEqual(peers.map((peer) => peer.take().map(({ to }) => to)), names.map((to) => [to]));
});
