// Tests of how a guest learns its name if it is not the one it asked for.
import assert from "node:assert/strict";
import { type Line, makeChat } from "./fakes.ts";
import { guest } from "./people.ts";
import { exchange } from "./people.ts";

const say = (content: string, more: Line = {}) => ({ type: "message", content, ...more });

Deno.test("the ack of the message that joins a guest contains the name", async () => {
  const chat = makeChat();
  await guest(chat, "leo");
  const leo = chat.connect();
  const lines = await exchange(chat, leo, say("salut", { from: "leo", ref: "1" }));
  assert.deepEqual(lines.map(({ type, code, name }) => [type, code, name]), [
    ["system", "renamed", "leo~2"],
    ["ack", undefined, "leo~2"],
  ]);
  assert.equal(lines[0]!["content"], "You are now leo~2. The name leo is already in use.");
  const [ack] = await exchange(chat, leo, say("encore", { ref: "2" }));
  assert.ok(!("name" in ack!));
  const zoe = chat.connect();
  for (const content of ["", "/whoami"]) {
    const peer = content === "" ? zoe : chat.connect();
    const joined = await exchange(chat, peer, say(content, { from: "zoe", ref: "1" }));
    assert.equal(
      joined.find(({ type }) => type === "ack")?.["name"],
      peer === zoe ? "zoe" : "zoe~2",
    );
  }
});

Deno.test("a guest learns another name by a notice, even if the message had no ref or was rejected", async () => {
  const chat = makeChat();
  const { general } = chat.services.channels;
  await guest(chat, "leo");
  const quiet = chat.connect();
  await quiet.say({ type: "channels" });
  await quiet.say({ type: "ping", ref: "1" });
  quiet.take();
  const [notice, ...more] = await exchange(chat, quiet, say("", { from: "leo" }));
  assert.deepEqual([notice?.["type"], notice?.["code"], notice?.["name"]], [
    "system",
    "renamed",
    "leo~2",
  ]);
  assert.deepEqual(more, []);
  chat.services.channels.change(general, { readOnly: true });
  const refused = await exchange(chat, chat.connect(), say("x", { from: "leo", ref: "1" }));
  assert.deepEqual(refused.map(({ code, name }) => [code, name]), [
    ["forbidden", undefined],
    ["renamed", "leo~3"],
  ]);
  // Old clients show no notices. A client that turns out to be newer receives the notice then, after the reply.
  const old = chat.connect();
  assert.deepEqual(await exchange(chat, old, say("", { from: "leo" })), []);
  assert.deepEqual(await exchange(chat, old, { type: "ping" }), [{ type: "pong" }]);
  const late = await exchange(chat, old, { type: "ping", ref: "1" });
  assert.deepEqual(late.map(({ type, code, name }) => [type, code, name]), [
    ["pong", undefined, undefined],
    ["system", "renamed", "leo~4"],
  ]);
  assert.deepEqual(await exchange(chat, old, { type: "ping", ref: "2" }), [
    { type: "pong", ref: "2" },
  ]);
});

Deno.test("a guest learns its new name after /nick and when its owner logs in", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  const lines = await exchange(chat, gus, say("/nick Gustave", { ref: "1" }));
  assert.deepEqual(lines.map(({ type, code, name, to }) => [type, code ?? to, name]), [
    ["message", "Gustave", undefined],
    ["ack", undefined, undefined],
    ["system", "renamed", "Gustave"],
  ]);
  // An account may be created while a guest has its name.
  const operator = chat.operate();
  await operator.say({ type: "user_add", user: "gustave", password: "1234" });
  chat.turn();
  const told = gus.take().filter(({ type }) => type !== "status");
  assert.deepEqual(told.map(({ type, code, name }) => [type, code, name]), [
    ["system", "renamed", "Gustave~2"],
    ["message", undefined, undefined],
  ]);
  const old = await guest(chat, "vieux");
  await operator.say({ type: "user_add", user: "vieux", password: "1234" });
  chat.turn();
  const messages = old.take().filter(({ type }) => type !== "status");
  assert.deepEqual(messages.map(({ type, from, to, content }) => [type, from, to, content]), [
    ["message", "ClassCord", "vieux", "You are now vieux~2. The name vieux belongs to an account."],
  ]);
});

Deno.test("a guest that loses its name during its login receives the login reply first", async () => {
  const chat = makeChat({ ada: "1234" });
  const bob = await guest(chat, "bob");
  const pending = bob.say({ type: "login", username: "ada", password: "wrong" });
  const { accountStore, roster } = chat.services;
  assert.equal(accountStore.findByKey("bob"), undefined);
  await chat.operate().say({ type: "user_add", user: "bob", password: "1234" });
  await pending;
  chat.turn();
  const [reply, ...told] = bob.take();
  assert.equal(reply?.["type"], "error");
  assert.ok(told.some(({ from }) => from === "ClassCord"));
  assert.notEqual(roster.find("bob~2"), undefined);
});

Deno.test("a connection that has become a member is told nothing about the guest it was", async () => {
  const chat = makeChat({ ada: "1234" });
  await guest(chat, "leo");
  // The connection counts as old so far, so it has not been told that its name is leo~2.
  const leo = await guest(chat, "leo");
  const pending = leo.say({ type: "login", username: "ada", password: "1234", ref: "1" });
  chat.turn();
  await pending;
  chat.turn();
  assert.deepEqual(leo.take().map(({ type }) => type), ["login"]);
});
