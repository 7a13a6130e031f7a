// Tests of moderation: what each act does, whom it hits, what they are told, and what is noted.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { ask, guest, heard, member, outcome, say } from "../people.ts";

const STAFF = { ada: "1234/admin", max: "1234/moderator", bob: "1234" };

async function people(chat: FakeChat) {
  const [ada, max, bob] = [
    await member(chat, "ada"),
    await member(chat, "max"),
    await member(chat, "bob"),
  ];
  const gus = await guest(chat, "gus");
  for (const peer of [ada, max, bob]) peer.take();
  return { ada, max, bob, gus };
}

function audit(chat: FakeChat) {
  return chat.database.sqlite.prepare(
    "SELECT actor, action, target, channel, detail, address FROM audit ORDER BY id",
  ).all().map((row) => Object.values(row));
}

const notices = (peer: FakePeer) =>
  peer.take().filter(({ type, from }) => type === "system" || from === "ClassCord")
    .map((line) => `${line["code"] ?? line["to"]}: ${line["content"]}`);

Deno.test("kick without a channel ends all connections of the user, who may come back", async () => {
  const chat = makeChat(STAFF);
  const { max, bob, gus } = await people(chat);
  const second = await member(chat, "bob");
  const reply = await ask(chat, max, { type: "kick", user: "BOB", reason: "  shouting\n" });
  assert.deepEqual(reply, { type: "kick", status: "ok", user: "bob" });
  for (const peer of [bob, second]) {
    assert.equal(peer.reason, "kicked");
    assert.deepEqual(notices(peer), ["bob: You have been disconnected by max. Reason: shouting"]);
  }
  assert.equal(chat.services.roster.find("bob"), undefined);
  assert.ok(gus.take().some(({ user, state }) => user === "bob" && state === "offline"));
  await member(chat, "bob");
  assert.deepEqual(audit(chat), [["max", "kick", "bob", null, "shouting", "10.0.0.5"]]);
  const [act] = chat.events.filter(([name]) => name === "moderated");
  assert.deepEqual(act?.[1], {
    action: "kick",
    actor: "max",
    actorAccount: 2,
    target: "bob",
    channel: null,
    reason: "shouting",
    until: null,
  });
  assert.equal(outcome(await ask(chat, max, { type: "kick", user: "nobody" })), "unknown_user");
});

Deno.test("kick from a channel takes out of that one only", async () => {
  const chat = makeChat(STAFF);
  const { max, bob } = await people(chat);
  await ask(chat, bob, { type: "join", channel: "#dev" });
  await ask(chat, max, { type: "join", channel: "#dev" });
  bob.take();
  assert.equal(outcome(await ask(chat, max, { type: "kick", user: "bob", channel: "#dev" })), "ok");
  assert.deepEqual(notices(bob), [
    "expelled: You have been removed from #dev by max. You are now in #général.",
  ]);
  assert.ok(!bob.closed);
  assert.deepEqual((await ask(chat, bob, { type: "whoami" }))["channels"], ["#général"]);
  await say(chat, bob, "where am I?");
  assert.equal(chat.stored.at(-1)?.channel, "#général");
  const again = await ask(chat, max, { type: "kick", user: "bob", channel: "#dev" });
  assert.equal(outcome(again), "not_in_channel");
  // Offline, an account is still a member.
  await ask(chat, bob, { type: "join", channel: "#dev" });
  bob.consumer.ended("client");
  assert.equal(outcome(await ask(chat, max, { type: "kick", user: "bob", channel: "#dev" })), "ok");
  const back = await member(chat, "bob");
  assert.deepEqual((await ask(chat, back, { type: "whoami" }))["channels"], ["#général"]);
});

Deno.test("an old client is told by a message from ClassCord, a newer one by a system line", async () => {
  const chat = makeChat(STAFF);
  const { max, bob, gus } = await people(chat);
  await ask(chat, bob, { type: "ping" });
  await ask(chat, max, { type: "announce", content: "Fin du cours" });
  assert.deepEqual(notices(bob), ["announcement: Fin du cours"]);
  assert.deepEqual(notices(gus), ["gus: Fin du cours"]);
  assert.deepEqual(notices(max), []);
});

Deno.test("somebody muted neither writes nor makes himself heard otherwise, until the time is over", async () => {
  const chat = makeChat(STAFF);
  const { ada, max, bob, gus } = await people(chat);
  await ask(chat, bob, { type: "join", channel: "#bob" });
  const mute = { type: "mute", user: "bob", seconds: 60, reason: "spam" };
  assert.deepEqual(await ask(chat, max, mute), {
    type: "mute",
    status: "ok",
    user: "bob",
    seconds: 60,
  });
  assert.deepEqual(notices(bob), ["muted: You have been muted for 1 min by max. Reason: spam"]);
  for (
    const request of [
      { type: "message", content: "x" },
      { type: "message", content: "x", channel: "#général" },
      { type: "private", to: "gus", content: "x" },
      { type: "topic", channel: "#bob", topic: "x" },
      { type: "join", channel: "#max-is-mean" },
      { type: "status", state: "unjustly muted" },
    ]
  ) {
    const reply = await ask(chat, bob, request);
    assert.deepEqual([reply["code"], reply["retry_after"]], ["muted", 60], request.type);
    assert.match(String(reply["message"]), /spam/);
  }
  // To moderators and above he may write, and he may go away.
  for (const to of ["max", "ada"]) {
    assert.equal(outcome(await ask(chat, bob, { type: "private", to, content: "why?" })), "ack");
  }
  await bob.say({ type: "status", state: "away" });
  await bob.say({ type: "message", content: "" });
  assert.deepEqual(bob.take(), []);
  // Another connection of the same account is muted too.
  assert.equal(outcome(await say(chat, await member(chat, "bob"), "x")), "muted");
  chat.time += 60_000;
  assert.equal(outcome(await say(chat, bob, "again", "#général")), "ack");
  assert.ok(heard(gus).includes("again"));
  assert.deepEqual(heard(ada).filter((content) => content === "why?"), ["why?"]);
  assert.match(String(audit(chat)[0]![4]), /^until 2026-11-22T00:01:00.000Z; spam$/);
});

Deno.test("no other name on the same connection ends a mute", async () => {
  const chat = makeChat(STAFF);
  const { max, gus } = await people(chat);
  assert.equal(outcome(await ask(chat, max, { type: "mute", user: "gus", seconds: 0 })), "ok");
  assert.equal(outcome(await say(chat, gus, "x")), "muted");
  await gus.say({ type: "message", content: "/nick free" });
  assert.equal(outcome(await say(chat, gus, "x")), "muted");
  assert.equal((await ask(chat, gus, { type: "whoami" }))["name"], "gus");
  await ask(chat, gus, { type: "register", username: "gus", password: "1234" });
  await ask(chat, gus, { type: "login", username: "gus", password: "1234" });
  assert.equal(outcome(await say(chat, gus, "x")), "muted");
  // The account of the muted name is muted on every connection.
  assert.equal(outcome(await say(chat, await member(chat, "gus"), "x")), "muted");
  await ask(chat, gus, { type: "login", username: "bob", password: "1234" });
  assert.equal(outcome(await say(chat, gus, "x")), "muted");
  await ask(chat, gus, { type: "logout" });
  await gus.say({ type: "message", from: "another", content: "x" });
  assert.deepEqual(gus.take().map(outcome).filter((code) => code !== "status"), ["muted"]);
  // Unmuting the user under the new name lifts it.
  assert.equal(outcome(await ask(chat, max, { type: "unmute", user: "another" })), "ok");
  assert.equal(outcome(await say(chat, gus, "x")), "ack");
  assert.equal(outcome(await say(chat, await member(chat, "gus"), "x")), "ack");
  assert.equal(outcome(await ask(chat, max, { type: "unmute", user: "gus" })), "bad_request");
});

Deno.test("a banned name joins no more, as an account or as a guest, until the time is over", async () => {
  const chat = makeChat(STAFF);
  const { max, bob, gus } = await people(chat);
  const reply = await ask(chat, max, { type: "ban", user: "bob", seconds: 60, reason: "enough" });
  assert.deepEqual(reply, {
    type: "ban",
    status: "ok",
    user: "bob",
    seconds: 60,
    from: "10.0.0.5",
  });
  assert.equal(bob.reason, "banned");
  assert.deepEqual(notices(bob)[0], "bob: You have been banned for 1 min by max. Reason: enough");
  await ask(chat, max, { type: "ban", user: "gus" });
  assert.equal(gus.reason, "banned");
  const again = chat.connect();
  await again.say({ type: "login", username: "BOB", password: "1234" });
  await again.say({ type: "message", from: "Gus", content: "hello" });
  const [login, message] = again.take();
  assert.deepEqual([login?.["code"], login?.["retry_after"]], ["banned", 60]);
  assert.deepEqual([message?.["code"], message?.["retry_after"]], ["banned", undefined]);
  const other = await guest(chat, "other");
  await other.say({ type: "message", content: "/nick gus" });
  assert.equal((await ask(chat, other, { type: "whoami" }))["name"], "other");
  // A wrong password is not told of the ban.
  await again.say({ type: "login", username: "bob", password: "wrong" });
  assert.equal(again.take()[0]?.["code"], "login_failed");
  const list = (await ask(chat, max, { type: "bans" }))["bans"] as unknown[];
  assert.deepEqual(list[0], {
    user: "bob",
    reason: "enough",
    by: "max",
    since: "2026-11-22T00:00:00.000Z",
    until: "2026-11-22T00:01:00.000Z",
  });
  assert.equal(outcome(await ask(chat, max, { type: "unban", user: "gus" })), "ok");
  await guest(chat, "gus");
  chat.time += 60_000;
  await member(chat, "bob");
  assert.equal(outcome(await ask(chat, max, { type: "unban", user: "bob" })), "bad_request");
});

Deno.test("a banned address is cut off, joined or not, and found at the door", async () => {
  const chat = makeChat(STAFF);
  const { ada, max } = await people(chat);
  const there = await guest(chat, "there", "192.0.2.7");
  const idle = chat.connect("192.0.2.200");
  const elsewhere = await guest(chat, "elsewhere", "192.0.3.1");
  const ban = (address: string) => ask(chat, max, { type: "ban", address, seconds: 60 });
  const reply = await ban("192.0.2.9/24");
  assert.deepEqual([reply["status"], reply["address"]], ["ok", "192.0.2.0/24"]);
  assert.deepEqual([there.reason, idle.reason, elsewhere.reason], ["banned", "banned", undefined]);
  assert.deepEqual(idle.take(), []);
  const { banList } = chat.services;
  assert.notEqual(banList.find("192.0.2.1", chat.time), undefined);
  assert.equal(banList.find("192.0.3.1", chat.time), undefined);
  assert.equal(banList.find("192.0.2.1", chat.time + 60_000), undefined);
  for (const address of ["127.0.0.1", "127.1.0.0/16", "0.0.0.0/0", "::1", "10.0.0.0/8", "bob"]) {
    assert.equal(outcome(await ban(address)), "bad_request", address);
  }
  assert.equal(outcome(await ask(chat, max, { type: "ban" })), "bad_request");
  const both = { type: "ban", user: "gus", address: "192.0.2.1" };
  assert.equal(outcome(await ask(chat, max, both)), "bad_request");
  // Nobody of the same rank or above is cut off by a range.
  const boss = chat.connect("198.51.100.1");
  await boss.say({ type: "login", username: "ada", password: "1234" });
  assert.equal(outcome(await ban("198.51.100.0/24")), "forbidden");
  const unban = { type: "unban", address: "192.0.2.0/24" };
  assert.equal(outcome(await ask(chat, ada, unban)), "ok");
  assert.equal(banList.find("192.0.2.1", chat.time), undefined);
});

Deno.test("a deleted message is gone from history and search, and its readers are told", async () => {
  const chat = makeChat(STAFF);
  const { ada, max, bob, gus } = await people(chat);
  const id = (await say(chat, bob, "bad word"))["id"];
  const byAda = (await say(chat, ada, "word of an admin"))["id"];
  await ask(chat, gus, { type: "ping" });
  const old = await guest(chat, "old");
  gus.take();
  const reply = await ask(chat, max, { type: "delete", id, reason: "rude" });
  assert.deepEqual(reply, { type: "delete", status: "ok", id });
  const [told, ...more] = gus.take();
  assert.deepEqual([told?.["type"], told?.["code"], told?.["id"], told?.["channel"]], [
    "system",
    "deleted",
    id,
    "#général",
  ]);
  assert.deepEqual(more, []);
  assert.deepEqual(notices(old), ["old: A message was deleted in #général."]);
  const found = await ask(chat, gus, { type: "search", query: "bad" });
  assert.deepEqual(found["messages"], []);
  const history = (await ask(chat, gus, { type: "history" }))["messages"] as unknown[];
  assert.equal(history.length, 1);
  const refused = await ask(chat, max, { type: "delete", id: byAda });
  assert.equal(outcome(refused), "forbidden");
  assert.deepEqual(audit(chat), [["max", "delete", String(id), "#général", "rude", "10.0.0.5"]]);
});

Deno.test("which private messages there are cannot be found out by deleting", async () => {
  const chat = makeChat(STAFF);
  const { max, bob, gus } = await people(chat);
  chat.services.channels.configure(
    [{ name: "#club", roles: [], accounts: ["bob"], readOnly: false }],
    0,
  );
  const secret = (await ask(chat, bob, { type: "private", to: "gus", content: "psst" }))["id"];
  const restricted = (await say(chat, bob, "in the club", "#club"))["id"];
  const answers = [];
  for (const id of [secret, restricted, 999]) {
    answers.push(await ask(chat, max, { type: "delete", id }));
  }
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1);
  assert.equal(answers[0]?.["code"], "forbidden");
  // Both users are told when a moderator deletes one of their messages.
  const own = (await ask(chat, max, { type: "private", to: "bob", content: "oops" }))["id"];
  bob.take();
  assert.equal(outcome(await ask(chat, max, { type: "delete", id: own })), "ok");
  assert.deepEqual(bob.take().map(({ code, id }) => [code, id]), [["deleted", own]]);
  assert.equal(gus.take().some(({ code }) => code === "deleted"), false);
});

Deno.test("a closed channel takes nobody in and lets moderators write; members go on reading", async () => {
  const chat = makeChat(STAFF);
  const { max, bob, gus } = await people(chat);
  await ask(chat, bob, { type: "join", channel: "#dev" });
  await say(chat, bob, "before");
  const close = { type: "close_channel", channel: "#DEV", reason: "exam" };
  assert.deepEqual(await ask(chat, max, close), {
    type: "close_channel",
    status: "ok",
    channel: "#dev",
  });
  assert.deepEqual(notices(bob), [
    "channel_closed: Channel closed: #dev, by max. (To write elsewhere: /join #général) Reason: exam",
  ]);
  assert.equal(outcome(await say(chat, bob, "x")), "forbidden");
  assert.equal(outcome(await ask(chat, gus, { type: "join", channel: "#dev" })), "forbidden");
  assert.equal(outcome(await ask(chat, gus, { type: "history", channel: "#dev" })), "forbidden");
  const kept = (await ask(chat, bob, { type: "history", channel: "#dev" }))["messages"];
  assert.equal((kept as unknown[]).length, 1);
  assert.equal(outcome(await say(chat, max, "y", "#dev")), "ack");
  // #général as well: a new user is in it, but cannot write.
  await ask(chat, max, { type: "close_channel", channel: "#général" });
  assert.equal(outcome(await say(chat, gus, "x")), "forbidden");
  const late = await guest(chat, "late");
  assert.equal(outcome(await say(chat, late, "x")), "forbidden");
  await ask(chat, max, { type: "open_channel", channel: "#général" });
  assert.equal(outcome(await say(chat, late, "x")), "ack");
  assert.equal(outcome(await ask(chat, max, { type: "open_channel", channel: "#dev" })), "ok");
  assert.equal(outcome(await ask(chat, gus, { type: "join", channel: "#dev" })), "ok");
});

Deno.test("a topic is set by a moderator or by who made the channel, and told to its members", async () => {
  const chat = makeChat(STAFF);
  const { max, bob, gus } = await people(chat);
  await ask(chat, bob, { type: "join", channel: "#dev" });
  await ask(chat, gus, { type: "join", channel: "#dev" });
  const topic = (text: string) => ({ type: "topic", channel: "#dev", topic: text });
  assert.deepEqual(await ask(chat, bob, topic("new")), {
    type: "topic",
    status: "ok",
    channel: "#dev",
    topic: "new",
  });
  assert.deepEqual(gus.take().map(({ code, channel }) => [code, channel]), [["topic", "#dev"]]);
  assert.equal(outcome(await ask(chat, gus, topic("x"))), "forbidden");
  assert.equal(outcome(await ask(chat, max, topic("newer"))), "ok");
  assert.equal(outcome(await ask(chat, max, topic("é".repeat(201)))), "bad_request");
  assert.equal((await ask(chat, gus, { type: "join", channel: "#dev" }))["topic"], "newer");
});

Deno.test("a role counts from the moment in which it is given or taken", async () => {
  const chat = makeChat(STAFF);
  const { max, bob } = await people(chat);
  const setRole = (name: string, role: "member" | "moderator") =>
    chat.accountStore.setRole(chat.accountStore.findByKey(name)!.id, role);
  const kick = { type: "kick", user: "gus" };
  setRole("max", "member");
  assert.equal(outcome(await ask(chat, max, kick)), "forbidden");
  assert.equal((await ask(chat, max, { type: "whoami" }))["role"], "member");
  setRole("bob", "moderator");
  assert.equal(outcome(await ask(chat, bob, kick)), "ok");
});

Deno.test("an act that cannot be noted has no effect", async () => {
  const chat = makeChat(STAFF, {
    audit: {
      append() {
        throw new Error("disk full");
      },
    } as never,
  });
  const { max, bob } = await people(chat);
  assert.equal(outcome(await ask(chat, max, { type: "mute", user: "bob" })), "internal");
  assert.equal(outcome(await say(chat, bob, "x")), "ack");
  assert.equal(outcome(await ask(chat, max, { type: "kick", user: "bob" })), "internal");
  assert.ok(!bob.closed);
});

Deno.test("an operator may do everything but chat, is in no list and hears nothing", async () => {
  const chat = makeChat(STAFF);
  const { ada, gus } = await people(chat);
  const root = chat.operate("root");
  assert.deepEqual((await ask(chat, root, { type: "whoami" }))["name"], "operator:root");
  for (
    const request of [
      { type: "message", content: "x" },
      { type: "login", username: "bob", password: "1234" },
      { type: "join", channel: "#dev" },
      { type: "status", state: "x" },
    ]
  ) assert.equal(outcome(await ask(chat, root, request)), "forbidden", request.type);
  await say(chat, gus, "hello");
  assert.deepEqual(root.take(), []);
  const users = (await ask(chat, root, { type: "users" }))["users"] as string[];
  assert.deepEqual(users, ["ada", "bob", "gus", "max"]);
  assert.equal(outcome(await ask(chat, root, { type: "kick", user: "ada", reason: "r" })), "ok");
  assert.deepEqual(notices(ada)[0], "ada: You have been disconnected by the operator. Reason: r");
  assert.equal(outcome(await ask(chat, root, { type: "ban", address: "10.0.0.0/8" })), "ok");
  assert.equal(gus.reason, "banned");
  const history = (await ask(chat, root, { type: "history", channel: "#général" }))["messages"];
  assert.equal((history as unknown[]).length, 1);
  assert.deepEqual(audit(chat).map(([actor, action, , , , address]) => [actor, action, address]), [
    ["operator:root", "kick", ""],
    ["operator:root", "ban", ""],
  ]);
});

Deno.test("somebody whose account was deleted meanwhile can still be put out", async () => {
  const chat = makeChat(STAFF);
  const { max, bob } = await people(chat);
  chat.database.sqlite.exec("DELETE FROM accounts WHERE key = 'bob'");
  assert.equal(outcome(await ask(chat, max, { type: "mute", user: "bob" })), "ok");
  assert.equal(outcome(await say(chat, bob, "x")), "muted");
  assert.equal(outcome(await ask(chat, max, { type: "kick", user: "bob" })), "ok");
  assert.equal(bob.reason, "kicked");
});

Deno.test("a connection that logs out in the turn of an announcement is not told", async () => {
  const chat = makeChat(STAFF);
  const { max, gus } = await people(chat);
  gus.take();
  await max.say({ type: "announce", content: "x" });
  await gus.say({ type: "logout" });
  chat.turn();
  assert.deepEqual(gus.take().map(({ type }) => type), ["logout"]);
});

Deno.test("of several bans of an address the one that lasts longest counts", async () => {
  const chat = makeChat(STAFF);
  const { max } = await people(chat);
  for (
    const [address, seconds] of [["192.0.2.0/24", 60], ["192.0.2.7", 600], ["192.0.2.7/30", 9]]
  ) {
    await ask(chat, max, { type: "ban", address, seconds });
  }
  const { banList } = chat.services;
  assert.equal(banList.find("192.0.2.7", chat.time)?.subject, "192.0.2.7");
  assert.equal(banList.find("192.0.2.6", chat.time)?.subject, "192.0.2.0/24");
  await ask(chat, max, { type: "ban", address: "192.0.2.0/25", seconds: 0 });
  assert.equal(banList.find("192.0.2.7", chat.time)?.until, null);
});
