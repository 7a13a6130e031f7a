// Tests of moderation: the effect of each action, its targets, the notices, and the audit log.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, heard, member, outcome, say, STAFF } from "../people.ts";
import { audit, notices, people } from "./staff.ts";

Deno.test("kick without a channel closes all connections of the user, who may reconnect", async () => {
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

Deno.test("kick from a channel removes the user from that channel only", async () => {
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
  // An account that is offline is still a member.
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

Deno.test("a muted user can neither write nor reach others in another way until the mute ends", async () => {
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
  // The user may write to moderators and admins, and may set the state away.
  for (const to of ["max", "ada"]) {
    assert.equal(outcome(await ask(chat, bob, { type: "private", to, content: "why?" })), "ack");
  }
  await bob.say({ type: "status", state: "away" });
  await bob.say({ type: "message", content: "" });
  assert.deepEqual(bob.take(), []);
  // Another connection of the same account is muted too.
  assert.equal(outcome(await say(chat, await member(chat, "bob"), "x")), "muted");
  chat.time += 60_000;
  assert.equal(outcome(await say(chat, bob, { content: "again", channel: "#général" })), "ack");
  assert.ok(heard(gus).includes("again"));
  assert.deepEqual(heard(ada).filter((content) => content === "why?"), ["why?"]);
  assert.match(String(audit(chat)[0]![4]), /^until 2026-11-22T00:01:00.000Z; spam$/);
});

Deno.test("another name on the same connection does not end a mute", async () => {
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
  // The account with the muted name is muted on every connection.
  assert.equal(outcome(await say(chat, await member(chat, "gus"), "x")), "muted");
  await ask(chat, gus, { type: "login", username: "bob", password: "1234" });
  assert.equal(outcome(await say(chat, gus, "x")), "muted");
  await ask(chat, gus, { type: "logout" });
  await gus.say({ type: "message", from: "another", content: "x" });
  assert.deepEqual(gus.take().map(outcome).filter((code) => code !== "status"), ["muted"]);
  // Unmuting the user under the new name lifts the mute.
  assert.equal(outcome(await ask(chat, max, { type: "unmute", user: "another" })), "ok");
  assert.equal(outcome(await say(chat, gus, "x")), "ack");
  assert.equal(outcome(await say(chat, await member(chat, "gus"), "x")), "ack");
  assert.equal(outcome(await ask(chat, max, { type: "unmute", user: "gus" })), "bad_request");
});

Deno.test("a role applies from the moment in which it is given or taken", async () => {
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

Deno.test("an action that cannot be written to the audit log has no effect", async () => {
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

Deno.test("an operator may do everything but chat, is in no list and receives nothing", async () => {
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

Deno.test("a user whose account was deleted meanwhile can still be kicked", async () => {
  const chat = makeChat(STAFF);
  const { max, bob } = await people(chat);
  chat.database.sqlite.exec("DELETE FROM accounts WHERE key = 'bob'");
  assert.equal(outcome(await ask(chat, max, { type: "mute", user: "bob" })), "ok");
  assert.equal(outcome(await say(chat, bob, "x")), "muted");
  assert.equal(outcome(await ask(chat, max, { type: "kick", user: "bob" })), "ok");
  assert.equal(bob.reason, "kicked");
});

Deno.test("a connection that logs out in the turn of an announcement does not receive it", async () => {
  const chat = makeChat(STAFF);
  const { max, gus } = await people(chat);
  gus.take();
  await max.say({ type: "announce", content: "x" });
  await gus.say({ type: "logout" });
  chat.turn();
  assert.deepEqual(gus.take().map(({ type }) => type), ["logout"]);
});
