// Tests of bans: of names, of addresses, and which of several bans applies.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, guest, member, outcome, STAFF } from "../people.ts";
import { notices, people } from "./staff.ts";

Deno.test("a banned name cannot join, as an account or as a guest, until the ban ends", async () => {
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
  // The reply to a wrong password does not mention the ban.
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

Deno.test("a banned address is disconnected, joined or not, and its new connections are rejected", async () => {
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
  // The ban of a range does not disconnect users of the same or a higher rank.
  const boss = chat.connect("198.51.100.1");
  await boss.say({ type: "login", username: "ada", password: "1234" });
  assert.equal(outcome(await ban("198.51.100.0/24")), "forbidden");
  const unban = { type: "unban", address: "192.0.2.0/24" };
  assert.equal(outcome(await ask(chat, ada, unban)), "ok");
  assert.equal(banList.find("192.0.2.1", chat.time), undefined);
});

Deno.test("of several bans of an address the one that lasts longest applies", async () => {
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
