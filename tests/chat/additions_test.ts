// Tests of what connections that use the additions receive and old connections do not.
import assert from "node:assert/strict";
import { type FakePeer, type Line, makeChat } from "./fakes.ts";
import { guest, member } from "./people.ts";
import { exchange, modernMember } from "./people.ts";

const say = (content: string, more: Line = {}) => ({ type: "message", content, ...more });

Deno.test("the sender's other connections receive a copy of a private message if they use the additions", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const [first, second, old] = [
    await member(chat, "ada"),
    await modernMember(chat, "ada"),
    await member(chat, "ada"),
  ];
  const bob = await member(chat, "bob");
  const all = [first, second, old, bob];
  all.forEach((peer) => peer.take());
  await first.say(say("psst", { to: "BOB" }));
  chat.turn();
  const expected = { from: "ada", to: "bob", content: "psst", subtype: "private", id: 1 };
  for (const peer of [second, bob]) {
    const [line, ...more] = peer.take();
    assert.deepEqual(more, []);
    for (const [member, value] of Object.entries(expected)) assert.equal(line?.[member], value);
  }
  assert.deepEqual(old.take(), []);
  assert.deepEqual(first.take(), []);
  // The sending connection may use the additions as well. It receives its ack and no copy.
  assert.deepEqual(
    (await exchange(chat, second, say("et", { to: "bob", ref: "r" }))).map(({ type }) => type),
    ["ack"],
  );
  assert.deepEqual([first.take(), old.take()], [[], []]);
  bob.take();
  // `/msg` sends a private message too.
  await first.say(say("/msg bob coucou"));
  chat.turn();
  assert.deepEqual(second.take().map(({ content }) => content), ["coucou"]);
});

Deno.test("the sender's other connections receive a copy of a private message that is kept for an offline account", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const first = await member(chat, "ada");
  const second = await modernMember(chat, "ada");
  await first.say(say("à demain", { to: "bob" }));
  chat.turn();
  assert.deepEqual(second.take().map(({ content }) => content), ["à demain"]);
});

Deno.test("each other connection receives a private message to oneself once", async () => {
  const chat = makeChat({ ada: "1234" });
  const first = await modernMember(chat, "ada");
  const second = await modernMember(chat, "ada");
  const old = await member(chat, "ada");
  for (const peer of [first, second, old]) peer.take();
  await first.say(say("pense-bête", { to: "ada" }));
  chat.turn();
  for (const peer of [second, old]) {
    assert.deepEqual(peer.take().map(({ content }) => content), ["pense-bête"]);
  }
  assert.deepEqual(first.take(), []);
});

Deno.test("whoami returns the current channel", async () => {
  const chat = makeChat({ ada: "1234" });
  const ada = await member(chat, "ada");
  const current = async () => (await exchange(chat, ada, { type: "whoami" }))[0]?.["channel"];
  assert.equal(await current(), "#général");
  await exchange(chat, ada, { type: "join", channel: "#dev" });
  assert.equal(await current(), "#dev");
  await exchange(chat, ada, { type: "leave" });
  assert.equal(await current(), "#général");
  const operator = chat.operate();
  await operator.say({ type: "whoami" });
  assert.ok(!("channel" in operator.take()[0]!));
});

for (
  const [how, ...requests] of [
    ["a failed login", { type: "login", username: "ada", password: "wrong", ref: "1" }],
    ["a login that is not valid", { type: "login", ref: "1" }],
    [
      "a logout",
      { type: "login", username: "ada", password: "1234", ref: "1" },
      { type: "logout" },
    ],
  ] as const
) {
  Deno.test(`after ${how} a message without a name is not published under another name`, async () => {
    const chat = makeChat({ ada: "1234" });
    const watcher = await guest(chat, "watcher");
    const ada = chat.connect();
    for (const request of requests) await exchange(chat, ada, request);
    watcher.take();
    for (const from of [undefined, null, "", " "]) {
      const more = from === undefined ? {} : { from };
      const [refused, ...others] = await exchange(chat, ada, say("mon secret", more));
      assert.deepEqual([refused?.["code"], refused?.["reason"]], ["login_required", "logged_out"]);
      assert.deepEqual(others, []);
    }
    const [refused] = await exchange(chat, ada, say("psst", { to: "watcher" }));
    assert.equal(refused?.["reason"], "logged_out");
    assert.deepEqual([watcher.take(), chat.stored], [[], []]);
    // A request that names a guest is meant to be sent as this guest.
    await exchange(chat, ada, say("bonjour", { from: "invité" }));
    assert.deepEqual(watcher.take().map(({ user, content }) => user ?? content), [
      "invité",
      "bonjour",
    ]);
  });
}

Deno.test("after a successful login, or as the first message of a connection, a message needs no name", async () => {
  const chat = makeChat({ ada: "1234" });
  const ada = chat.connect();
  await exchange(chat, ada, { type: "login", username: "ada", password: "wrong", ref: "1" });
  await exchange(chat, ada, { type: "login", username: "ada", password: "1234", ref: "2" });
  const [ack] = await exchange(chat, ada, say("x", { ref: "3" }));
  assert.equal(ack?.["type"], "ack");
  const fresh = chat.connect();
  const [joined] = await exchange(chat, fresh, say("x", { ref: "1" }));
  assert.deepEqual([joined?.["type"], joined?.["name"]], ["ack", "invité"]);
});

Deno.test("after a failed login an old client becomes a nameless guest, as in earlier versions", async () => {
  const chat = makeChat({ ada: "1234" });
  const old = chat.connect();
  await exchange(chat, old, { type: "login", username: "ada", password: "wrong" });
  assert.deepEqual(await exchange(chat, old, say("qui suis-je ?")), []);
  assert.equal(chat.stored.at(-1)?.sender, "invité");
});

Deno.test("users, userlist, who, private, message, status, login, register and ping leave a connection old", async () => {
  const chat = makeChat({ ada: "1234", max: "1234/moderator" });
  const old = chat.connect();
  for (
    const request of [
      { type: "register", username: "new", password: "1234" },
      { type: "login", username: "ada", password: "1234" },
      { type: "message", channel: "#général", content: "x", mood: "good", subtype: "global" },
      { type: "PRIVATE", to: "ada", content: "x" },
      { type: "users", channel: "#général" },
      { type: "userlist" },
      { type: "Who", channel: "#général" },
      { type: "status", state: "away" },
      { type: "ping" },
      { type: "kick", user: "max" },
      { type: "teleport" },
      say("/channels"),
    ]
  ) await exchange(chat, old, request);
  const [session] = [...chat.services.sessions].filter(({ peer }) => peer === old);
  assert.equal(session?.modern, false);
  for (const request of [{ type: "channels" }, { type: "nonsense", ref: "1" }]) {
    const peer = chat.connect();
    await exchange(chat, peer, request);
    const [session] = [...chat.services.sessions].filter((each) => each.peer === peer);
    assert.equal(session?.modern, true, JSON.stringify(request));
  }
});

Deno.test("the reply to who has the type who, that to users and userlist the type users", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  for (
    const [type, answer] of [["who", "who"], ["WHO", "who"], ["users", "users"], [
      "userlist",
      "users",
    ]] as const
  ) {
    const [line] = await exchange(chat, gus, { type });
    assert.deepEqual(line, { type: answer, users: ["gus"], states: {} });
    const [room] = await exchange(chat, gus, { type, channel: "#general", ref: "r" });
    assert.deepEqual(room, {
      type: answer,
      channel: "#général",
      users: ["gus"],
      states: {},
      ref: "r",
    });
  }
});

Deno.test("a message of spaces only joins the connection and is delivered to nobody", async () => {
  const chat = makeChat({ ada: "1234" });
  const ada = await member(chat, "ada");
  const gus = chat.connect();
  await exchange(chat, gus, say(" \t\r\n\u00a0\u3000", { from: "gus" }));
  assert.deepEqual(ada.take().map(({ type }) => type), ["status"]);
  await exchange(chat, gus, say("  ", { to: "ada" }));
  await exchange(chat, gus, say("\n", { channel: "#général" }));
  assert.deepEqual([ada.take(), chat.stored], [[], []]);
  const [refused] = await exchange(chat, gus, say(" ", { to: "nobody" }));
  assert.equal(refused?.["code"], "unknown_user");
  await exchange(chat, gus, say("  deux espaces"));
  assert.equal(ada.take()[0]?.["content"], "  deux espaces");
});

Deno.test("the reason of username_taken tells whether an account or a guest has the name", async () => {
  const chat = makeChat({ ada: "1234" });
  await guest(chat, "gus");
  const peer = chat.connect();
  const reason = async (request: Line) => (await exchange(chat, peer, request))[0]?.["reason"];
  const register = (username: string) => ({ type: "register", username, password: "1234" });
  assert.equal(await reason(register("ADA")), "account_exists");
  assert.equal(await reason(register("\u0430da")), "look_alike");
  assert.equal(await reason(register("gus")), "guest_name");
  assert.equal(await reason(say("x", { from: "Ada" })), "account_name");
  assert.equal(await reason(say("x", { from: "\u0430da" })), "look_alike");
});

Deno.test("unknown_type lists the requests of moderators only for users who may send them", async () => {
  const chat = makeChat({ ada: "1234", max: "1234/moderator" });
  const listed = async (peer: FakePeer) =>
    String((await exchange(chat, peer, { type: "teleport" })).at(-1)?.["message"]);
  for (const peer of [chat.connect(), await guest(chat, "gus"), await member(chat, "ada")]) {
    const text = await listed(peer);
    assert.match(text, /history/);
    assert.doesNotMatch(text, /kick|bans|close_channel|reload/);
  }
  assert.match(await listed(await member(chat, "max")), /kick.*close_channel/);
  const operators = await listed(chat.operate());
  assert.match(operators, /kick.*reload/);
  assert.doesNotMatch(operators, /login|join,/);
});

Deno.test("a line that arrives during the shutdown is rejected with its ref and its type", async () => {
  const chat = makeChat();
  chat.stop();
  const gus = chat.connect();
  const [refused] = await exchange(chat, gus, { type: "Ping", ref: "r" });
  assert.deepEqual(
    [refused?.["code"], refused?.["request"], refused?.["ref"]],
    ["shutting_down", "Ping", "r"],
  );
});
