// Tests of refusals and failures: who is told, and that nobody else is affected.
import assert from "node:assert/strict";
import { makeChat } from "./fakes.ts";
import { enter } from "./people.ts";

const say = (content: string) => ({ type: "message", content });

Deno.test("a failed login or registration leaves the connection and its user unchanged", async () => {
  const chat = makeChat({ alice: "1234" });
  const peer = await enter(chat, "bob");
  await peer.say({ type: "login", username: "alice", password: "wrong" });
  await peer.say({ type: "register", username: "alice", password: "1234" });
  const codes = peer.take().map((line) => [line["code"], line["message"], line["error"]]);
  assert.deepEqual(codes, [
    ["login_failed", "Login failed.", "Login failed."],
    ["username_taken", "Username already exists.", "Username already exists."],
  ]);
  assert.ok(!peer.closed);
  await peer.say({ type: "whoami" });
  assert.equal(peer.take()[0]?.["name"], "bob");
});

Deno.test("contents and other members that are too long are rejected and reach nobody", async () => {
  const chat = makeChat();
  const bob = await enter(chat, "bob");
  const alice = await enter(chat, "alice");
  bob.take();
  await alice.say(say("é".repeat(4096)));
  await alice.say({ ...say("é".repeat(4097)), ref: "long" });
  await alice.say({ ...say("x"), other: "é".repeat(20_000) });
  chat.turn();
  assert.deepEqual(alice.take().map((line) => [line["code"], line["ref"]]), [
    ["content_too_long", "long"],
    ["content_too_long", undefined],
  ]);
  assert.equal(bob.take().length, 1);
});

Deno.test("messages that cannot be stored reach nobody and are rejected to their senders", async () => {
  const chat = makeChat();
  const bob = await enter(chat, "bob");
  const alice = await enter(chat, "alice");
  bob.take();
  chat.failNextAppend = true;
  await alice.say({ ...say("lost"), ref: "1" });
  await alice.say({ type: "status", state: "away" });
  chat.turn();
  assert.deepEqual(alice.take().map((line) => [line["code"], line["ref"]]), [["internal", "1"]]);
  assert.deepEqual(bob.take().map((line) => line["type"]), ["status"]);
  await alice.say({ ...say("kept"), ref: "2" });
  chat.turn();
  assert.deepEqual(alice.take().map((line) => [line["type"], line["ref"]]), [["ack", "2"]]);
  assert.equal(bob.take()[0]?.["content"], "kept");
});

Deno.test("a handler that throws is answered with internal and reported, and nobody else is affected", async () => {
  const chat = makeChat({}, {
    accountStore: {
      findByKey: () => undefined,
      findClaim() {
        throw new TypeError("a bug");
      },
      findById: () => undefined,
      lookAlikes: () => [],
      page: () => [],
    },
  });
  const alice = chat.connect();
  await alice.say({ type: "message", from: "alice", content: "x", ref: "r" });
  assert.deepEqual(alice.take().map((line) => [line["code"], line["ref"]]), [["internal", "r"]]);
  assert.ok(!alice.closed);
  assert.deepEqual(
    chat.events.filter(([name]) => name === "handlerFailed").map(([, type]) => type),
    ["message"],
  );
  await alice.say({ type: "ping" });
  assert.deepEqual(alice.take(), [{ type: "pong" }]);
});

Deno.test("a handler that rejects is answered with internal too", async () => {
  const accounts = { authenticate: () => Promise.reject(new Error("a bug")) };
  const chat = makeChat({}, { accounts: accounts as never });
  const alice = chat.connect();
  await alice.say({ type: "login", username: "a", password: "b", ref: "r" });
  assert.deepEqual(alice.take().map((line) => [line["code"], line["ref"]]), [["internal", "r"]]);
});

Deno.test("malformed lines are answered, and the sixth within a minute closes the connection", async () => {
  const chat = makeChat();
  const peer = chat.connect();
  for (let i = 0; i < 5; i++) await peer.say("nonsense");
  assert.ok(!peer.closed);
  await peer.say("nonsense");
  assert.equal(peer.reason, "malformed_lines");
  assert.deepEqual(chat.events.filter(([name]) => name === "offence"), [[
    "offence",
    "malformed_lines",
  ]]);
});

Deno.test("requests over the rate are rejected with their ref and not served", async () => {
  const limits = { ...makeChat().services.limits, requests: { perSecond: 0.001, burst: 2 } };
  const chat = makeChat({}, { limits });
  const alice = await enter(chat, "alice");
  await alice.say({ type: "ping" });
  alice.take();
  await alice.say({ ...say("too much"), ref: "r" });
  chat.turn();
  const [error] = alice.take();
  assert.deepEqual([error?.["code"], error?.["ref"]], ["rate_limited", "r"]);
  assert.ok(Number(error?.["retry_after"]) > 0);
  assert.equal(chat.stored.length, 0);
});
