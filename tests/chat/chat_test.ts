// Tests of the chat with in-memory peers: who receives which lines, in which order.
import assert from "node:assert/strict";
import { makeChat } from "./fakes.ts";
import { ask, enter, logIn } from "./people.ts";

const say = (content: string) => ({ type: "message", content });

Deno.test("a connection that has not joined receives only replies to its own requests", async () => {
  const chat = makeChat({ alice: "1234" });
  const idle = chat.connect();
  const alice = await logIn(chat, "alice");
  await alice.say(say("hello"));
  await alice.say({ type: "status", state: "away" });
  chat.turn();
  alice.consumer.ended("client");
  chat.turn();
  assert.deepEqual(idle.take(), []);
});

Deno.test("login has one line as its reply, and the others are told once per user, not per connection", async () => {
  const chat = makeChat({ Alice: "1234" });
  const bob = await enter(chat, "bob");
  const first = await logIn(chat, "alice");
  assert.deepEqual(first.take(), [{ type: "login", status: "ok", username: "Alice" }]);
  assert.deepEqual(bob.take(), [{ type: "status", user: "Alice", state: "online" }]);
  const second = await logIn(chat, "ALICE");
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

Deno.test("a message reaches every connection that has joined except the one that sent it", async () => {
  const chat = makeChat({ alice: "1234" });
  const here = await logIn(chat, "alice");
  const there = await logIn(chat, "alice");
  const bob = await enter(chat, "bob");
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

Deno.test("messages of one turn have the times at which each of them arrived", async () => {
  const chat = makeChat();
  const alice = await enter(chat, "alice");
  const bob = await enter(chat, "bob");
  for (const peer of [alice, bob]) peer.take();
  const begun = chat.time;
  for (const later of [0, 0, 7, 7, 3]) {
    chat.time = begun + later;
    await alice.say({ type: "message", subtype: "private", to: "bob", content: "psst" });
    await alice.say({ type: "message", content: "hello" });
  }
  chat.turn();
  assert.deepEqual(
    bob.take().map((line) => Date.parse(String(line["timestamp"])) - begun),
    [0, 0, 0, 0, 7, 7, 7, 7, 3, 3],
  );
});

Deno.test("a private message reaches only the recipient's connections, each under the name it knows", async () => {
  const chat = makeChat({ alice: "1234", Bob: "1234" });
  const alice = await logIn(chat, "alice");
  const newer = await logIn(chat, "bob");
  await ask(chat, newer, { type: "whoami" });
  const bobs = [await logIn(chat, "bob"), newer, await logIn(chat, "BOB")];
  const carol = await enter(chat, "carol");
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

Deno.test("a private message to an unknown user is rejected; one to an account that is offline is kept", async () => {
  const chat = makeChat({ bob: "1234" });
  const alice = await enter(chat, "alice");
  await alice.say({ type: "private", to: "nobody", content: "x", ref: "1" });
  await alice.say({ type: "private", to: "bob", content: "y", ref: "2" });
  chat.turn();
  const [error, ack] = alice.take();
  assert.deepEqual([error?.["code"], error?.["ref"]], ["unknown_user", "1"]);
  assert.deepEqual([ack?.["type"], ack?.["ref"], ack?.["id"]], ["ack", "2", 1]);
  assert.deepEqual(chat.stored.map(({ content }) => content), ["y"]);
});

Deno.test("lines of one turn keep the order of the events", async () => {
  const chat = makeChat({ carol: "1234" });
  const alice = await enter(chat, "alice");
  const bob = await enter(chat, "bob");
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
  // A user who joins within the turn receives the rest of it, after the login reply.
  assert.equal(carol.take()[0]?.["type"], "login");
});

Deno.test("replies and acks are in the order of their requests", async () => {
  const chat = makeChat();
  const alice = await enter(chat, "alice");
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

Deno.test("a guest who logs in leaves as the guest and joins as the member", async () => {
  const chat = makeChat({ alice: "1234" });
  const watcher = await enter(chat, "watcher");
  const peer = await enter(chat, "visitor");
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

Deno.test("users lists the names sorted and the states other than online, without hidden users", async () => {
  const chat = makeChat();
  const asker = chat.connect();
  const bob = await enter(chat, "bob");
  const proto = await enter(chat, "__proto__");
  const ghost = await enter(chat, "Ghost");
  await enter(chat, "alice");
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

Deno.test("a state is relayed unchanged, and only a user can set one", async () => {
  const chat = makeChat();
  const bob = await enter(chat, "bob");
  const alice = await enter(chat, "alice");
  bob.take();
  await alice.say({ type: "status", state: "do not disturb", user: "bob" });
  chat.turn();
  assert.deepEqual(bob.take(), [{ type: "status", user: "alice", state: "do not disturb" }]);
  assert.deepEqual(alice.take(), []);
  const stranger = chat.connect();
  await stranger.say({ type: "status", state: "away" });
  assert.equal(stranger.take()[0]?.["code"], "login_required");
});

Deno.test("logout returns the connection to the state before it joined", async () => {
  const chat = makeChat({ alice: "1234" });
  const bob = await enter(chat, "bob");
  const alice = await logIn(chat, "alice");
  bob.take();
  alice.take();
  await alice.say({ type: "logout" });
  await bob.say(say("still there?"));
  chat.turn();
  assert.deepEqual(alice.take(), [{ type: "logout", status: "ok" }]);
  assert.deepEqual(bob.take().map((line) => line["state"]), ["offline"]);
});

Deno.test("an empty message joins the connection, is not stored and reaches nobody", async () => {
  const chat = makeChat();
  const bob = await enter(chat, "bob");
  bob.take();
  await enter(chat, "alice");
  assert.deepEqual(bob.take(), [{ type: "status", user: "alice", state: "online" }]);
  assert.equal(chat.stored.length, 0);
});

Deno.test("channel #général exists in any case of its letters; another name is unknown", async () => {
  const chat = makeChat();
  const alice = await enter(chat, "alice");
  await alice.say({ ...say("x"), channel: "#GÉNÉRAL" });
  await alice.say({ ...say("y"), channel: "#dev" });
  chat.turn();
  assert.deepEqual(chat.stored.map(({ channel }) => channel), ["#général"]);
  const [error, notice] = alice.take();
  assert.equal(error?.["code"], "unknown_channel");
  assert.equal(notice?.["content"], 'Not sent (no channel #dev): "y"');
});

Deno.test("a connection that ends during its login does not join", async () => {
  const chat = makeChat({ alice: "1234" });
  const bob = await enter(chat, "bob");
  const peer = chat.connect();
  const login = peer.say({ type: "login", username: "alice", password: "1234" });
  peer.close("client");
  peer.consumer.ended("client");
  await login;
  chat.turn();
  assert.deepEqual(bob.take(), []);
  assert.equal(chat.services.roster.find("alice"), undefined);
});

Deno.test("lines from others during a guest's login arrive after its reply", async () => {
  const chat = makeChat({ alice: "1234" });
  const bob = await enter(chat, "bob");
  const peer = await enter(chat, "alice2");
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
