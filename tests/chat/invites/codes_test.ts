// Tests of the codes of invitations as clients send them: hostile ones, and how wrong ones are throttled.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, exchange, outcome } from "../people.ts";
import { holding, invite, operate } from "./support.ts";

Deno.test("a code is accepted as people type it", async () => {
  const chat = makeChat();
  const { code } = await invite(chat);
  const bare = code.replaceAll("-", "");
  const spellings = [
    bare,
    bare.toLowerCase(),
    code.replaceAll("-", " "),
    code.replaceAll("-", "\u2011"),
    ` ${code}\n`,
    bare.replaceAll("0", "o").replaceAll("1", "l"),
    bare.replaceAll("0", "O").replaceAll("1", "i"),
  ];
  for (const spelling of spellings) {
    const reply = await ask(chat, chat.connect(), { type: "invite", code: spelling });
    assert.equal(reply["status"], "ok", JSON.stringify(spelling));
  }
});

Deno.test("unknown, expired, used and revoked codes and any other text get the same error", async () => {
  const chat = makeChat();
  const used = await invite(chat);
  const peer = await holding(chat, used.code);
  await ask(chat, peer, { type: "message", from: "zoe", content: "" });
  const revoked = await invite(chat);
  await operate(chat, { type: "invite_revoke", id: revoked.id });
  const expired = await invite(chat, { expires: 1 });
  const open = await invite(chat);
  chat.time += 1_000;
  const codes = [
    used.code,
    revoked.code,
    expired.code,
    "000-000-000",
    "",
    "-",
    open.code.slice(0, -1),
    `${open.code}0`,
    `${open.code}\0`,
    "\u0130".repeat(9),
    "\ufb00".repeat(5),
    "０".repeat(9),
    "%",
    "' OR 1=1 --",
    "-".repeat(60_000),
    "e\u0301".repeat(20_000),
    "\ud800".repeat(9),
  ];
  const replies = [];
  for (const code of codes) replies.push(await ask(chat, chat.connect(), { type: "invite", code }));
  const [first] = replies;
  assert.equal(first?.["code"], "bad_invite");
  for (const [index, reply] of replies.entries()) assert.deepEqual(reply, first, codes[index]);
});

Deno.test("an error about a code does not repeat it", async () => {
  const chat = makeChat();
  for (const code of [123456789, ["K7M2PQ9X0"], { a: "K7M2PQ9X0" }, true, null, undefined]) {
    const reply = await ask(chat, chat.connect(), { type: "invite", code });
    assert.deepEqual([reply["code"], reply["reason"]], ["bad_request", "member"]);
    assert.doesNotMatch(JSON.stringify(reply), /1234|K7M/);
  }
});

Deno.test("a network that sends too many wrong codes must wait, and others need not", async () => {
  const chat = makeChat();
  const { code } = await invite(chat, { uses: 5 });
  const results = new Map<unknown, number>();
  let waiting: unknown;
  for (let count = 0; count < 150; count++) {
    const reply = await ask(chat, chat.connect(), { type: "invite", code: "000-000-000" });
    results.set(reply["code"], (results.get(reply["code"]) ?? 0) + 1);
    waiting = reply["retry_after"] ?? waiting;
  }
  // A class that mistypes three times each meets no limit.
  assert.ok(results.get("bad_invite")! >= 100, String(results.get("bad_invite")));
  assert.ok(results.get("throttled")! >= 40, String(results.get("throttled")));
  assert.ok(Number(waiting) > 0);
  const other = await ask(chat, chat.connect("10.9.9.9"), { type: "invite", code: "000" });
  assert.equal(other["code"], "bad_invite");
  // One pupil cannot lock out the others behind the same address.
  assert.equal(outcome(await ask(chat, chat.connect(), { type: "invite", code })), "ok");
  const offences = chat.events.filter(([name]) => name === "offence");
  assert.equal(offences.length, results.get("throttled"));
  assert.deepEqual(offences[0], ["offence", "guessing_invites"]);
});

Deno.test("wrong codes in register count as well, and cost no hash", async () => {
  const chat = makeChat({}, { registration: "invite" });
  let hashes = 0;
  chat.hashing.work = () => hashes++;
  const results = new Set<unknown>();
  for (let count = 0; count < 130; count++) {
    const request = { type: "register", username: "zoe", password: "1234", invite: "000000000" };
    const [reply, ...more] = await exchange(chat, chat.connect(), request);
    assert.equal(more.length, 0);
    results.add(reply?.["code"]);
  }
  assert.deepEqual([...results], ["bad_invite", "throttled"]);
  assert.equal(hashes, 0);
});

Deno.test("a wrong code costs ten ordinary requests", async () => {
  const chat = makeChat();
  Object.assign(chat.services.limits.requests, { perSecond: 1, burst: 40 });
  const peer = chat.connect();
  const results = [];
  for (let count = 0; count < 6; count++) {
    results.push((await ask(chat, peer, { type: "invite", code: "000" }))["code"]);
  }
  assert.deepEqual(results.slice(0, 4), Array(4).fill("bad_invite"));
  assert.equal(results[5], "rate_limited");
});
