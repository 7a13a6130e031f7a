// Tests of the chat over peers in memory: who hears what, in which order.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, makeChat } from "./fakes.ts";
import { ask } from "./people.ts";

async function guest(chat: FakeChat, name: string): Promise<FakePeer> {
  const peer = chat.connect();
  await peer.say({ type: "message", from: name, content: "" });
  chat.turn();
  return peer;
}

async function member(chat: FakeChat, name: string, password = "1234"): Promise<FakePeer> {
  const peer = chat.connect();
  await peer.say({ type: "login", username: name, password });
  chat.turn();
  return peer;
}

const say = (content: string) => ({ type: "message", content });

Deno.test("a connection that has not joined gets nothing but replies to its own requests", async () => {
  const chat = makeChat({ alice: "1234" });
  const idle = chat.connect();
  const alice = await member(chat, "alice");
  await alice.say(say("hello"));
  await alice.say({ type: "status", state: "away" });
  chat.turn();
  alice.consumer.ended("client");
  chat.turn();
  assert.deepEqual(idle.take(), []);
});

Deno.test("login answers with one line, and the others are told once for several connections", async () => {
  const chat = makeChat({ Alice: "1234" });
  const bob = await guest(chat, "bob");
  const first = await member(chat, "alice");
  assert.deepEqual(first.take(), [{ type: "login", status: "ok", username: "Alice" }]);
  assert.deepEqual(bob.take(), [{ type: "status", user: "Alice", state: "online" }]);
  const second = await member(chat, "ALICE");
  assert.deepEqual(second.take(), [{ type: "login", status: "ok", username: "Alice" }]);
  assert.deepEqual(bob.take(), []);
  assert.deepEqual(first.take(), []);
  first.consumer.ended("client");
  chat.turn();
  assert.deepEqual(bob.take(), []);
  second.consumer.ended("client");
  chat.turn();
  assert.deepEqual(bob.take(), [{ type: "status", user: "Alice", state: "offline" }]);
});

Deno.test("a message reaches everyone who joined, its other connections too, but not where it came from", async () => {
  const chat = makeChat({ alice: "1234" });
  const here = await member(chat, "alice");
  const there = await member(chat, "alice");
  const bob = await guest(chat, "bob");
  for (const peer of [here, there, bob]) peer.take();
  await here.say({ ...say("hello"), from: "mallory", timestamp: "1970", id: 99, mood: "good" });
  chat.turn();
  const expected = {
    type: "message",
    subtype: "global",
    from: "alice",
    to: "global",
    channel: "#général",
    content: "hello",
    timestamp: "2026-11-22T00:00:00.000Z",
    id: 1,
    mood: "good",
  };
  assert.deepEqual(here.take(), []);
  assert.deepEqual(there.take(), [expected]);
  assert.deepEqual(bob.take(), [expected]);
  assert.equal(chat.stored[0]?.content, "hello");
  assert.equal(chat.stored[0]?.extra, '{"mood":"good"}');
});

Deno.test("a private message reaches all connections of the recipient, named as each knows it, and no one else", async () => {
  const chat = makeChat({ alice: "1234", Bob: "1234" });
  const alice = await member(chat, "alice");
  const newer = await member(chat, "bob");
  await ask(chat, newer, { type: "whoami" });
  const bobs = [await member(chat, "bob"), newer, await member(chat, "BOB")];
  const carol = await guest(chat, "carol");
  for (const peer of [alice, ...bobs, carol]) peer.take();
  await alice.say({ type: "message", subtype: "private", to: "BOB", content: "psst" });
  chat.turn();
  for (const [i, bob] of bobs.entries()) {
    const [line, ...more] = bob.take();
    assert.deepEqual(more, []);
    assert.deepEqual([line?.["to"], line?.["from"], line?.["content"], line?.["channel"]], [
      ["bob", "Bob", "BOB"][i],
      "alice",
      "psst",
      undefined,
    ]);
  }
  assert.deepEqual([...alice.take(), ...carol.take()], []);
});

Deno.test("a private message to nobody is refused; to an account that is offline it is kept", async () => {
  const chat = makeChat({ bob: "1234" });
  const alice = await guest(chat, "alice");
  await alice.say({ type: "private", to: "nobody", content: "x", ref: "1" });
  await alice.say({ type: "private", to: "bob", content: "y", ref: "2" });
  chat.turn();
  const [error, ack] = alice.take();
  assert.deepEqual([error?.["code"], error?.["ref"]], ["unknown_user", "1"]);
  assert.deepEqual([ack?.["type"], ack?.["ref"], ack?.["id"]], ["ack", "2", 1]);
  assert.deepEqual(chat.stored.map(({ content }) => content), ["y"]);
});

Deno.test("lines keep the order in which things happened, within one turn", async () => {
  const chat = makeChat({ carol: "1234" });
  const alice = await guest(chat, "alice");
  const bob = await guest(chat, "bob");
  alice.take();
  await alice.say(say("one"));
  const carol = chat.connect();
  await carol.say({ type: "login", username: "carol", password: "1234" });
  await alice.say({ type: "private", to: "bob", content: "two" });
  await alice.say(say("three"));
  alice.consumer.ended("client");
  chat.turn();
  assert.deepEqual(
    bob.take().map((line) => line["content"] ?? `${line["user"]} ${line["state"]}`),
    ["one", "carol online", "two", "three", "alice offline"],
  );
  // A user who joined within the turn hears the rest of it, after the login reply.
  assert.equal(carol.take()[0]?.["type"], "login");
});

Deno.test("replies come in the order of their requests, acks included", async () => {
  const chat = makeChat();
  const alice = await guest(chat, "alice");
  await alice.say({ type: "ping", ref: "1" });
  await alice.say({ ...say("x"), ref: "2" });
  await alice.say({ type: "ping", ref: "3" });
  await alice.say({ type: "nope", ref: "4" });
  await alice.say({ ...say(""), ref: "5" });
  chat.turn();
  await alice.say({ type: "ping", ref: "6" });
  const lines = alice.take();
  assert.deepEqual(lines.map((line) => line["ref"]), ["1", "2", "3", "4", "5", "6"]);
  assert.deepEqual(lines.map((line) => line["type"]), [
    "pong",
    "ack",
    "pong",
    "error",
    "ack",
    "pong",
  ]);
  assert.deepEqual([lines[1]?.["id"], lines[4]?.["id"]], [1, undefined]);
});

Deno.test("a failed login or register keeps the connection and what it was", async () => {
  const chat = makeChat({ alice: "1234" });
  const peer = await guest(chat, "bob");
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

Deno.test("a guest who logs in leaves the guest's name and joins as the member", async () => {
  const chat = makeChat({ alice: "1234" });
  const watcher = await guest(chat, "watcher");
  const peer = await guest(chat, "visitor");
  watcher.take();
  await peer.say({ type: "login", username: "alice", password: "1234" });
  chat.turn();
  assert.deepEqual(watcher.take().map((line) => `${line["user"]} ${line["state"]}`), [
    "visitor offline",
    "alice online",
  ]);
  await peer.say({ type: "login", username: "alice", password: "1234" });
  chat.turn();
  assert.deepEqual(watcher.take(), []);
});

Deno.test("guests get a free name, never that of an account, and none where guests are not admitted", async () => {
  const chat = makeChat({ alice: "1234", "bob~2": "1234" });
  await guest(chat, "bob");
  const second = await guest(chat, "BOB");
  await second.say({ type: "whoami" });
  assert.equal(second.take()[0]?.["name"], "BOB~3");
  const nameless = chat.connect();
  await nameless.say(say("x"));
  await nameless.say({ type: "whoami" });
  chat.turn();
  assert.deepEqual(nameless.take(), [{
    type: "whoami",
    name: "invité",
    role: "guest",
    channels: ["#général"],
    state: "online",
    channel: "#général",
  }]);
  const thief = await guest(chat, "ALICE");
  assert.equal(thief.take()[0]?.["code"], "username_taken");
  await thief.say({ type: "whoami" });
  assert.equal(thief.take()[0]?.["code"], "login_required");

  const closed = makeChat({}, { guests: false });
  const refused = await guest(closed, "bob");
  assert.equal(refused.take()[0]?.["code"], "login_required");
});

Deno.test("a guest's name of 64 characters is cut to make room for the number", async () => {
  const chat = makeChat();
  const name = "é".repeat(64);
  await guest(chat, name);
  const second = await guest(chat, name);
  await second.say({ type: "whoami" });
  assert.equal(second.take()[0]?.["name"], `${"é".repeat(62)}~2`);
});

Deno.test("nobody registers the name of a guest who is online, but the guest", async () => {
  const chat = makeChat();
  const bob = await guest(chat, "bob");
  const other = chat.connect();
  await other.say({ type: "register", username: "Bob", password: "1234" });
  assert.equal(other.take()[0]?.["code"], "username_taken");
  await bob.say({ type: "register", username: "bob", password: "1234" });
  assert.deepEqual(bob.take(), [{ type: "register", status: "ok" }]);
});

Deno.test("a guest yields the name to the account's owner and is told so", async () => {
  const chat = makeChat();
  const visitor = await guest(chat, "bob");
  const watcher = await guest(chat, "watcher");
  await visitor.say({ type: "register", username: "bob", password: "1234" });
  for (const peer of [visitor, watcher]) peer.take();
  const owner = await member(chat, "bob");
  owner.take();
  const [notice] = visitor.take();
  // Clients drop what is for another name than the one they asked for.
  assert.deepEqual([notice?.["from"], notice?.["to"], notice?.["subtype"]], [
    "ClassCord",
    "bob",
    "private",
  ]);
  await visitor.say({ type: "message", content: "/whoami" });
  assert.deepEqual(visitor.take().at(-1)?.["to"], "bob");
  assert.deepEqual(watcher.take().map((line) => line["user"]), ["bob~2", "bob"]);
  await watcher.say({ type: "private", to: "bob", content: "for the owner" });
  chat.turn();
  assert.equal(owner.take()[0]?.["content"], "for the owner");
  assert.deepEqual(visitor.take().filter((line) => line["type"] === "message"), []);
});

Deno.test("a guest's name that differs from the account's by case leaves the others' lists", async () => {
  const chat = makeChat();
  const visitor = await guest(chat, "BOB");
  const watcher = await guest(chat, "watcher");
  await visitor.say({ type: "register", username: "bob", password: "1234" });
  watcher.take();
  await member(chat, "bob");
  assert.deepEqual(watcher.take().map((line) => [line["user"], line["state"]]), [
    ["BOB", "offline"],
    ["BOB~2", "online"],
    ["bob", "online"],
  ]);
});

Deno.test("users lists names sorted, with the states that are not online, hidden ones left out", async () => {
  const chat = makeChat();
  const asker = chat.connect();
  const bob = await guest(chat, "bob");
  const proto = await guest(chat, "__proto__");
  const ghost = await guest(chat, "Ghost");
  await guest(chat, "alice");
  await bob.say({ type: "status", state: "away", user: "alice" });
  await proto.say({ type: "status", state: "dnd" });
  await ghost.say({ type: "status", state: "Invisible" });
  await asker.say({ type: "userlist", ref: "u" });
  const [line] = asker.take();
  assert.deepEqual(line?.["users"], ["__proto__", "alice", "bob"]);
  assert.equal(
    JSON.stringify(line),
    '{"type":"users","users":["__proto__","alice","bob"],"states":{"bob":"away","__proto__":"dnd"},"ref":"u"}',
  );
  ghost.take();
  await ghost.say({ type: "users" });
  assert.deepEqual(ghost.take()[0]?.["users"], ["__proto__", "alice", "bob", "Ghost"]);
});

Deno.test("a state is relayed as it came, and needs a user", async () => {
  const chat = makeChat();
  const bob = await guest(chat, "bob");
  const alice = await guest(chat, "alice");
  bob.take();
  await alice.say({ type: "status", state: "do not disturb", user: "bob" });
  chat.turn();
  assert.deepEqual(bob.take(), [{ type: "status", user: "alice", state: "do not disturb" }]);
  assert.deepEqual(alice.take(), []);
  const stranger = chat.connect();
  await stranger.say({ type: "status", state: "away" });
  assert.equal(stranger.take()[0]?.["code"], "login_required");
});

Deno.test("logout goes back to unjoined", async () => {
  const chat = makeChat({ alice: "1234" });
  const bob = await guest(chat, "bob");
  const alice = await member(chat, "alice");
  bob.take();
  alice.take();
  await alice.say({ type: "logout" });
  await bob.say(say("still there?"));
  chat.turn();
  assert.deepEqual(alice.take(), [{ type: "logout", status: "ok" }]);
  assert.deepEqual(bob.take().map((line) => line["state"]), ["offline"]);
});

Deno.test("an empty message joins, is not stored and reaches nobody", async () => {
  const chat = makeChat();
  const bob = await guest(chat, "bob");
  bob.take();
  await guest(chat, "alice");
  assert.deepEqual(bob.take(), [{ type: "status", user: "alice", state: "online" }]);
  assert.equal(chat.stored.length, 0);
});

Deno.test("a content or other members too long are refused, and nobody hears of them", async () => {
  const chat = makeChat();
  const bob = await guest(chat, "bob");
  const alice = await guest(chat, "alice");
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

Deno.test("channel #général in any case is the one there is; another is unknown", async () => {
  const chat = makeChat();
  const alice = await guest(chat, "alice");
  await alice.say({ ...say("x"), channel: "#GÉNÉRAL" });
  await alice.say({ ...say("y"), channel: "#dev" });
  chat.turn();
  assert.deepEqual(chat.stored.map(({ channel }) => channel), ["#général"]);
  const [error, notice] = alice.take();
  assert.equal(error?.["code"], "unknown_channel");
  assert.equal(notice?.["content"], 'Not sent (no channel #dev): "y"');
});

Deno.test("messages that cannot be stored are delivered to nobody and refused to their senders", async () => {
  const chat = makeChat();
  const bob = await guest(chat, "bob");
  const alice = await guest(chat, "alice");
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

Deno.test("a handler that throws is answered with internal, told, and harms nobody", async () => {
  const chat = makeChat({}, {
    accountStore: {
      findByKey: () => undefined,
      findClaim() {
        throw new TypeError("a bug");
      },
      findById: () => undefined,
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

Deno.test("an async handler that rejects is answered with internal too", async () => {
  const accounts = { authenticate: () => Promise.reject(new Error("a bug")) };
  const chat = makeChat({}, { accounts: accounts as never });
  const alice = chat.connect();
  await alice.say({ type: "login", username: "a", password: "b", ref: "r" });
  assert.deepEqual(alice.take().map((line) => [line["code"], line["ref"]]), [["internal", "r"]]);
});

Deno.test("malformed lines are answered, and the sixth in a minute closes", async () => {
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

Deno.test("requests over the rate are refused with their ref, and not served", async () => {
  const limits = { ...makeChat().services.limits, requests: { perSecond: 0.001, burst: 2 } };
  const chat = makeChat({}, { limits });
  const alice = await guest(chat, "alice");
  await alice.say({ type: "ping" });
  alice.take();
  await alice.say({ ...say("too much"), ref: "r" });
  chat.turn();
  const [error] = alice.take();
  assert.deepEqual([error?.["code"], error?.["ref"]], ["rate_limited", "r"]);
  assert.ok(Number(error?.["retry_after"]) > 0);
  assert.equal(chat.stored.length, 0);
});

Deno.test("a client that left during its login does not join", async () => {
  const chat = makeChat({ alice: "1234" });
  const bob = await guest(chat, "bob");
  const peer = chat.connect();
  const login = peer.say({ type: "login", username: "alice", password: "1234" });
  peer.close("client");
  peer.consumer.ended("client");
  await login;
  chat.turn();
  assert.deepEqual(bob.take(), []);
  assert.equal(chat.services.roster.find("alice"), undefined);
});

Deno.test("what others cause while a guest's login is checked comes after its reply", async () => {
  const chat = makeChat({ alice: "1234" });
  const bob = await guest(chat, "bob");
  const peer = await guest(chat, "alice2");
  for (const [password, answer] of [["wrong", "error"], ["1234", "login"]] as const) {
    peer.take();
    const login = peer.say({ type: "login", username: "alice", password });
    await bob.say(say(`said before the ${answer}`));
    chat.turn();
    await login;
    assert.deepEqual(peer.take().map(({ type, content }) => content ?? type), [
      answer,
      `said before the ${answer}`,
    ]);
  }
});

Deno.test("a guest takes no name that looks like an account's in other letters, and may look like it in the same", async () => {
  const chat = makeChat({ Marnie: "1234", "\u041c\u0430\u0445": "1234" });
  const join = async (from: string): Promise<unknown> => {
    const peer = chat.connect();
    await peer.say({ type: "message", from, content: "", ref: "r" });
    chat.turn();
    return peer.take().at(-1)?.["code"];
  };
  assert.equal(await join("M\u0430rnie"), "username_taken");
  assert.equal(await join("Max"), "username_taken");
  assert.equal(await join("Mamie"), undefined);
  const guest = chat.connect();
  await guest.say({ type: "register", username: "Marni\u0435", password: "1234" });
  assert.equal(guest.take()[0]?.["code"], "username_taken");
});
