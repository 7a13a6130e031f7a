// Tests of `report`: which messages can be reported, who is told, and what nobody learns by it.
import assert from "node:assert/strict";
import type { FakeChat, FakePeer, Line } from "../fakes.ts";
import { events, makeClass, page, told } from "../lesson/classes.ts";
import { ask, guest, member, modernMember, outcome, say, type } from "../people.ts";
import { audit } from "./staff.ts";

async function report(chat: FakeChat, peer: FakePeer, id: unknown): Promise<Line> {
  return await ask(chat, peer, { type: "report", id });
}

Deno.test("a report reaches the staff and the audit log, without the content", async () => {
  const chat = makeClass();
  const [max, mia, bob, gus] = [
    await page(chat, "max"),
    await member(chat, "mia"),
    await page(chat, "bob"),
    await guest(chat, "gus"),
  ];
  const { id } = await say(chat, gus, "something rude");
  for (const peer of [max, mia, gus]) peer.take();
  assert.deepEqual(await ask(chat, bob, { type: "report", id, reason: "insult" }), {
    type: "report",
    status: "ok",
    id,
  });
  assert.deepEqual(events(max, "report"), [
    { type: "report", id, channel: "#général", from: "gus", by: "bob", reason: "insult" },
  ]);
  assert.deepEqual(told(mia), [
    `Reported: message ${id} in #général, from gus, by bob. Reason: insult`,
  ]);
  assert.deepEqual(gus.take(), [], "the sender learned of the report");
  assert.deepEqual(audit(chat), [
    ["bob", "report", "gus", "#général", `message ${id}: insult`, "10.0.0.5"],
  ]);
  assert.ok(chat.events.some(([name]) => name === "moderated"));
  assert.ok(!JSON.stringify(audit(chat)).includes("rude"));
});

Deno.test("the same report again has no effect, but another user can report the same message", async () => {
  const chat = makeClass();
  const [max, bob, carl] = [
    await page(chat, "max"),
    await page(chat, "bob"),
    await page(chat, "carl"),
  ];
  const { id } = await say(chat, carl, "rude");
  const alice = await page(chat, "alice");
  for (const peer of [bob, bob, alice]) assert.equal(outcome(await report(chat, peer, id)), "ok");
  await ask(chat, bob, { type: "logout" });
  assert.equal(outcome(await report(chat, await page(chat, "bob"), id)), "ok");
  assert.deepEqual(events(max, "report").map(({ by }) => by), ["bob", "alice"]);
  assert.equal(audit(chat).length, 2);
});

Deno.test("a message that the user may not read cannot be told from one that does not exist", async () => {
  const chat = makeClass();
  const [max, bob, alice] = [
    await page(chat, "max"),
    await page(chat, "bob"),
    await page(chat, "alice"),
  ];
  const gus = await guest(chat, "gus");
  await ask(chat, chat.operate(), {
    type: "channel_create",
    channel: "#staff",
    roles: ["moderator"],
  });
  const hidden = await say(chat, max, { content: "x", channel: "#staff" });
  const letter = await ask(chat, max, { type: "private", to: "alice", content: "y" });
  const unknown = await report(chat, bob, 999);
  assert.deepEqual([unknown["code"], unknown["reason"]], ["forbidden", "not_readable"]);
  for (const { id } of [hidden, letter]) {
    assert.deepEqual(await report(chat, bob, id), unknown);
    assert.deepEqual(await report(chat, gus, id), unknown);
  }
  assert.equal(outcome(await report(chat, alice, letter["id"])), "ok");
  assert.equal(outcome(await report(chat, chat.connect(), letter["id"])), "login_required");
  assert.equal(outcome(await report(chat, chat.operate(), letter["id"])), "forbidden");
});

Deno.test("a private message is reported without a channel, and its sender is not told, staff or not", async () => {
  const chat = makeClass();
  const [max, mia, bob] = [
    await page(chat, "max"),
    await page(chat, "mia"),
    await page(chat, "bob"),
  ];
  const { id } = await ask(chat, max, { type: "private", to: "bob", content: "secret" });
  max.take();
  assert.equal(outcome(await ask(chat, bob, { type: "report", id, reason: "harassment" })), "ok");
  assert.deepEqual(events(mia, "report"), [
    { type: "report", id, from: "max", by: "bob", reason: "harassment" },
  ]);
  assert.deepEqual(events(max, "report"), []);
});

Deno.test("staff whom a channel does not admit learns nothing of a report in it", async () => {
  const chat = makeClass();
  const [max, ada] = [await page(chat, "max"), await page(chat, "ada")];
  const root = chat.operate();
  await ask(chat, root, {
    type: "channel_create",
    channel: "#club",
    accounts: ["bob", "carl", "ada"],
  });
  const [bob, carl] = [await page(chat, "bob"), await page(chat, "carl")];
  const { id } = await say(chat, carl, { content: "rude", channel: "#club" });
  for (const peer of [max, ada]) peer.take();
  assert.equal(outcome(await report(chat, bob, id)), "ok");
  assert.equal(events(ada, "report").length, 1);
  assert.deepEqual(events(max, "report"), []);
});

Deno.test("a guest reports what it was sent under its name, but not what a guest of that name was sent before", async () => {
  const chat = makeClass();
  const bob = await modernMember(chat, "bob");
  const first = await guest(chat, "gus");
  const { id } = await ask(chat, bob, { type: "private", to: "gus", content: "rude" });
  await ask(chat, first, { type: "logout" });
  chat.time += 120_000;
  const second = await guest(chat, "gus");
  assert.equal(outcome(await report(chat, second, id)), "forbidden");
  const again = await ask(chat, bob, { type: "private", to: "gus", content: "rude" });
  assert.equal(outcome(await report(chat, second, again["id"])), "ok");
});

Deno.test("a user who reports too much has to wait, and a class behind one address does not", async () => {
  const chat = makeClass();
  const carl = await page(chat, "carl");
  const ids: unknown[] = [];
  for (let number = 0; number < 6; number++) {
    ids.push((await say(chat, carl, `rude ${number}`))["id"]);
  }
  const bob = await page(chat, "bob");
  const outcomes: unknown[] = [];
  for (const id of ids) outcomes.push(outcome(await report(chat, bob, id)));
  assert.deepEqual(outcomes, ["ok", "ok", "ok", "ok", "ok", "rate_limited"]);
  for (let pupil = 0; pupil < 30; pupil++) {
    const peer = await guest(chat, `pupil ${pupil}`, "192.0.2.1");
    assert.equal(outcome(await report(chat, peer, ids[0])), "ok");
  }
  chat.clock.pass(30_000);
  assert.equal(outcome(await report(chat, bob, ids[5])), "ok");
});

Deno.test("one switch closes a channel while everyone listens: who is in reads on, only staff writes", async () => {
  const chat = makeClass();
  const [max, bob, gus] = [
    await page(chat, "max"),
    await page(chat, "bob"),
    await guest(chat, "gus"),
  ];
  assert.equal(outcome(await ask(chat, max, { type: "close_channel", channel: "#général" })), "ok");
  assert.deepEqual(told(gus), ["Channel closed: #général, by max."]);
  assert.equal((await say(chat, bob, "x"))["reason"], "closed");
  bob.take();
  await say(chat, max, "listen");
  assert.deepEqual(events(bob, "message").map(({ content }) => content), ["listen"]);
  // Who comes now listens, too.
  const zoe = await guest(chat, "zoe");
  await say(chat, max, "all of you");
  assert.deepEqual(events(zoe, "message").map(({ content }) => content), ["all of you"]);
  await type(chat, gus, "/hand");
  assert.equal(outcome(await ask(chat, max, { type: "open_channel", channel: "#général" })), "ok");
  assert.equal(outcome(await say(chat, bob, "x")), "ack");
});
