// Tests of moderators' actions on messages and channels: deleting, closing, topics.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, guest, outcome, say, STAFF } from "../people.ts";
import { audit, notices, people } from "./staff.ts";

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

Deno.test("deleting does not reveal which private messages exist", async () => {
  const chat = makeChat(STAFF);
  const { max, bob, gus } = await people(chat);
  chat.services.channels.configure(
    [{ name: "#club", roles: [], accounts: ["bob"], readOnly: false }],
    0,
  );
  const secret = (await ask(chat, bob, { type: "private", to: "gus", content: "psst" }))["id"];
  const restricted = (await say(chat, bob, { content: "in the club", channel: "#club" }))["id"];
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

Deno.test("a closed channel cannot be joined; moderators can write in it and members can read it", async () => {
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
  assert.equal(outcome(await say(chat, max, { content: "y", channel: "#dev" })), "ack");
  // #général too: a new user is a member but cannot write.
  await ask(chat, max, { type: "close_channel", channel: "#général" });
  assert.equal(outcome(await say(chat, gus, "x")), "forbidden");
  const late = await guest(chat, "late");
  assert.equal(outcome(await say(chat, late, "x")), "forbidden");
  await ask(chat, max, { type: "open_channel", channel: "#général" });
  assert.equal(outcome(await say(chat, late, "x")), "ack");
  assert.equal(outcome(await ask(chat, max, { type: "open_channel", channel: "#dev" })), "ok");
  assert.equal(outcome(await ask(chat, gus, { type: "join", channel: "#dev" })), "ok");
});

Deno.test("moderators and the creator of a channel can set its topic, and its members are told", async () => {
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
