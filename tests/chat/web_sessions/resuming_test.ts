// Tests of resuming with the token of an account.
import assert from "node:assert/strict";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { comeBack, hangUp, openPage, signIn, signInGuest } from "../pages.ts";
import { ask, exchange, heard, member, outcome } from "../people.ts";

const DAY_MS = 86_400_000;

/** Sends `resume` with a token. @returns The outcome. */
async function resume(chat: FakeChat, token: string, peer = chat.connect()): Promise<unknown> {
  return outcome(await ask(chat, peer, { type: "resume", token }));
}

Deno.test("a token joins as its account with the current role, and the reply is the first line", async () => {
  const chat = makeChat({ Ada: "1234/moderator", bob: "1234" });
  const { peer, token } = await signIn(chat, "ada");
  assert.match(token, /^[\w-]{43}$/);
  const bob = await member(chat, "bob");
  await ask(chat, peer, { type: "join", channel: "#dev" });
  hangUp(chat, peer);
  chat.clock.pass(5_000);
  await bob.say({ type: "message", to: "ada", content: "à demain" });
  chat.turn();
  bob.take();
  const page = chat.connect();
  const lines = await exchange(chat, page, { type: "resume", token, ref: "r" });
  assert.deepEqual(lines[0], {
    type: "resume",
    status: "ok",
    username: "Ada",
    role: "moderator",
    expires: new Date(chat.time + 30 * DAY_MS).toISOString(),
    ref: "r",
  });
  assert.deepEqual(lines.slice(1).map(({ content }) => content), ["à demain"]);
  assert.deepEqual(bob.take(), [{ type: "status", user: "Ada", state: "online" }]);
  const { channels } = await ask(chat, page, { type: "whoami" });
  assert.deepEqual(channels, ["#général", "#dev"]);
});

Deno.test("the server stores only the digest of a token, and neither the log nor an error contains the token", async () => {
  const chat = makeChat({ ada: "1234" });
  const { token } = await signIn(chat, "ada");
  await comeBack(chat, token);
  const rows = chat.database.sqlite.prepare("SELECT * FROM web_sessions").all();
  assert.equal(rows.length, 1);
  assert.ok(!JSON.stringify([rows, chat.events]).includes(token));
  const wrong = await ask(chat, chat.connect(), { type: "resume", token: 12345678 });
  assert.doesNotMatch(JSON.stringify(wrong), /12345678/);
});

Deno.test("a token expires after web.session_days, and earlier if the setting was reduced", async () => {
  const chat = makeChat({ ada: "1234" });
  const { token } = await signIn(chat, "ada");
  const made = chat.time;
  chat.time = made + 30 * DAY_MS - 1;
  assert.equal(await resume(chat, token), "ok");
  chat.time = made + 30 * DAY_MS;
  assert.equal(await resume(chat, token), "session_expired");
  chat.time = made + 8 * DAY_MS;
  Object.assign(chat.services.web, { sessionDays: 7 });
  assert.equal(await resume(chat, token), "session_expired");
  Object.assign(chat.services.web, { sessionDays: 300 });
  const { reply } = await comeBack(chat, token);
  assert.equal(reply["expires"], new Date(made + 30 * DAY_MS).toISOString());
  Object.assign(chat.services.web, { sessionDays: 0 });
  assert.equal(await resume(chat, token), "session_expired");
  const login = { type: "login", username: "ada", password: "1234", session: true };
  assert.deepEqual(await ask(chat, chat.connect(), login), {
    type: "login",
    status: "ok",
    username: "ada",
  });
});

Deno.test("a login succeeds without a token if the token cannot be stored", async () => {
  const full = new ProtocolError("busy", { reason: "disk_full" });
  const chat = makeChat({ ada: "1234" }, { refusesStoring: () => full });
  const login = { type: "login", username: "ada", password: "1234", session: true };
  assert.deepEqual(await ask(chat, chat.connect(), login), {
    type: "login",
    status: "ok",
    username: "ada",
  });
});

Deno.test("where passwords require TLS, a token of an account is rejected in plaintext without being checked", async () => {
  let isClear = false;
  const refusal = new ProtocolError("forbidden", { reason: "clear_password" });
  const chat = makeChat({ ada: "1234" }, { refusesPassword: () => isClear ? refusal : undefined });
  const [{ token }, gus] = [await signIn(chat, "ada"), await signInGuest(chat, "gus")];
  isClear = true;
  for (const each of [token, "A".repeat(43), "x"]) {
    assert.equal(await resume(chat, each), "forbidden");
  }
  assert.equal(await resume(chat, gus.token), "ok");
});

Deno.test("after a failed resume, a user stays joined, and a message without a name does not join as a guest", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const { peer } = await signIn(chat, "ada");
  assert.equal(await resume(chat, "A".repeat(43), peer), "session_expired");
  assert.equal((await ask(chat, peer, { type: "whoami" }))["name"], "ada");
  const page = await openPage(chat);
  assert.equal(await resume(chat, "A".repeat(43), page), "session_expired");
  const said = await ask(chat, page, { type: "message", content: "x" });
  assert.equal(said["reason"], "logged_out");
});

Deno.test("a resume over a connection that has joined replaces its user", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const { token } = await signIn(chat, "ada");
  const bob = await signIn(chat, "bob");
  const gus = await signInGuest(chat, "gus");
  assert.equal(await resume(chat, token, bob.peer), "ok");
  assert.equal(await resume(chat, token, gus.peer), "ok");
  assert.equal((await ask(chat, gus.peer, { type: "whoami" }))["name"], "ada");
  // The guest has left for good. Bob's token is still valid.
  assert.equal(await resume(chat, gus.token), "session_expired");
  assert.equal(await resume(chat, bob.token), "ok");
});

Deno.test("only a resume with the same token closes an older connection of the tab", async () => {
  const chat = makeChat({ ada: "1234", eve: "1234" });
  const ada = await signIn(chat, "ada", { tab: "shared" });
  const second = await signIn(chat, "ada", { tab: "shared" });
  const old = await member(chat, "ada");
  const eve = await signIn(chat, "eve", { tab: "shared" });
  // A hello, a login, a resume of another user or a resume in another tab does not close it.
  await openPage(chat, { tab: "shared" });
  await comeBack(chat, eve.token, { tab: "shared" });
  await comeBack(chat, second.token, { tab: "shared" });
  await comeBack(chat, ada.token, { tab: "other" });
  assert.deepEqual([ada.peer.closed, old.closed], [false, false]);
  assert.deepEqual([eve.peer.closed, second.peer.closed], [true, true]);
  ada.peer.take();
  const { peer } = await comeBack(chat, ada.token, { tab: "shared" });
  assert.deepEqual(ada.peer.take().map(({ code }) => code), ["replaced"]);
  assert.deepEqual([ada.peer.reason, peer.closed, old.closed], ["signed_out", false, false]);
  // A connection without a tab is not replaced.
  const [one, two] = [await ask(chat, peer, { type: "hello" }), peer];
  assert.equal(one["type"], "hello");
  await comeBack(chat, ada.token, { tab: "new" });
  assert.equal(two.closed, false);
});

Deno.test("a message that is sent while a page changes its connection reaches each open connection once", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const bob = await member(chat, "bob");
  const first = await signIn(chat, "ada");
  const { peer } = await comeBack(chat, first.token);
  await bob.say({ type: "message", content: "un" });
  chat.turn();
  assert.deepEqual([heard(first.peer), heard(peer)], [[], ["un"]]);
});

Deno.test("wrong tokens are throttled by address, valid tokens from the same address are not", async () => {
  const chat = makeChat({ ada: "1234" });
  const { token } = await signIn(chat, "ada");
  const peer: FakePeer = chat.connect("10.0.0.9");
  const outcomes = new Map<unknown, number>();
  for (let i = 0; i < 10_000; i++) {
    const text = i % 2 === 0 ? String(i).padStart(43, "A") : "é".repeat(i);
    const [line] = await exchange(chat, peer, { type: "resume", token: text });
    const code = line!["code"];
    outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
    if (code === "throttled") assert.ok(Number(line!["retry_after"]) <= 6);
  }
  // A few more than the free attempts, because a throttled attempt is not counted.
  assert.deepEqual([...outcomes.keys()], ["session_expired", "throttled"]);
  assert.ok(outcomes.get("session_expired")! <= 110, JSON.stringify([...outcomes]));
  assert.ok(chat.services.wrongTokens.size <= 1);
  const page = await comeBack(chat, token, { address: "10.0.0.9" });
  assert.equal(page.reply["status"], "ok");
  const other = await ask(chat, chat.connect("10.0.0.8"), { type: "resume", token: "x" });
  assert.equal(other["code"], "session_expired");
});

Deno.test("an account has at most 32 tokens, and a new one replaces the least recently used one", async () => {
  const chat = makeChat({ ada: "1234" });
  const tokens: string[] = [];
  for (let i = 0; i < 32; i++) {
    tokens.push((await signIn(chat, "ada", { tab: `t${i}` })).token);
    chat.time += 61_000;
  }
  assert.equal(await resume(chat, tokens[0]!), "ok");
  tokens.push((await signIn(chat, "ada", { tab: "last" })).token);
  const outcomes = await Promise.all(tokens.map((token) => resume(chat, token)));
  assert.deepEqual(outcomes.map((each) => each === "ok"), tokens.map((_, i) => i !== 1));
});

Deno.test("a guest who was muted and then lost the name is still muted after a resume beside the connection", async () => {
  const chat = makeChat({ max: "1234/moderator" });
  const max = await member(chat, "max");
  const { peer, token } = await signInGuest(chat, "gus");
  await ask(chat, peer, { type: "register", username: "gus", password: "1234" });
  assert.equal(outcome(await ask(chat, max, { type: "mute", user: "gus", seconds: 60 })), "ok");
  await signIn(chat, "gus", { tab: "owner" });
  const page = await comeBack(chat, token);
  assert.equal(page.reply["username"], "gus~2");
  const said = await ask(chat, page.peer, { type: "message", content: "hello" });
  assert.equal(outcome(said), "muted");
});
