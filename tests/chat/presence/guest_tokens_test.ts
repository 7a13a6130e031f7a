// Tests of guests who come back with a token: within two minutes, under the same name, with the same sanctions.
import assert from "node:assert/strict";
import { GUEST_KEPT_MS, GuestTokens } from "../../../lib/chat/presence/guest_tokens.ts";
import type { User } from "../../../lib/chat/presence/session.ts";
import { makeChat } from "../fakes.ts";
import { comeBack, hangUp, openPage, signInGuest } from "../pages.ts";
import { ask, guest, logIn, member, outcome } from "../people.ts";

const LINGER_MS = 5_000;

Deno.test("a guest gets a token in the ack with its name, if its page asked for tokens", async () => {
  const chat = makeChat();
  const page = await openPage(chat);
  const asked = { type: "message", from: "Léa", content: "Bonjour", ref: "1" };
  await page.say(asked);
  chat.turn();
  const [ack] = page.take();
  assert.deepEqual(Object.keys(ack!), ["type", "ref", "id", "timestamp", "name", "token"]);
  const { peer, reply } = await comeBack(chat, String(ack!["token"]));
  assert.deepEqual(reply, { type: "resume", status: "ok", username: "Léa", role: "guest" });
  assert.equal((await ask(chat, peer, { type: "whoami" }))["name"], "Léa");
  // Without the feature, the ack has no token. Without an ack, no token is given.
  for (const features of [["seen"], undefined]) {
    const other = chat.connect();
    await ask(chat, other, { type: "hello", features });
    const joined = await ask(chat, other, { type: "message", content: "" });
    assert.deepEqual(Object.keys(joined), ["type", "timestamp", "name"]);
  }
  const silent = await openPage(chat);
  await silent.say({ type: "message", from: "x", content: "/help" });
  assert.equal(chat.services.guestTokens.size, 1);
});

Deno.test("the name of a guest is reserved for two minutes, and no other guest gets it", async () => {
  const chat = makeChat();
  const { peer, token } = await signInGuest(chat, "Léa");
  hangUp(chat, peer);
  chat.clock.pass(LINGER_MS);
  // Names that differ only by case count as the same name.
  const other = await signInGuest(chat, "LÉA");
  assert.equal(other.name, "LÉA~2");
  const nick = await ask(chat, other.peer, { type: "message", content: "/nick léa" });
  assert.equal(nick["type"], "ack");
  assert.equal((await ask(chat, other.peer, { type: "whoami" }))["name"], "LÉA~2");
  chat.clock.pass(GUEST_KEPT_MS - 1);
  const back = await comeBack(chat, token);
  assert.equal(back.reply["username"], "Léa");
  hangUp(chat, back.peer);
  chat.clock.pass(LINGER_MS + GUEST_KEPT_MS);
  assert.equal((await comeBack(chat, token)).reply["code"], "session_expired");
  assert.equal((await signInGuest(chat, "léa")).name, "léa");
});

Deno.test("a logout, a kick and a ban end a guest's token at once", async () => {
  const chat = makeChat({ max: "1234/moderator" });
  const max = await member(chat, "max");
  for (const how of ["logout", "kick", "ban"]) {
    const { peer, token } = await signInGuest(chat, how);
    const by = how === "logout" ? peer : max;
    assert.equal(outcome(await ask(chat, by, { type: how, user: how, seconds: 1 })), "ok");
    chat.time += 10_000;
    assert.equal((await comeBack(chat, token)).reply["code"], "session_expired", how);
    assert.equal((await signInGuest(chat, how)).name, how);
  }
  // A kick also ends the token of a guest who has left.
  const { peer, token } = await signInGuest(chat, "zoé");
  hangUp(chat, peer);
  assert.equal(outcome(await ask(chat, max, { type: "kick", user: "zoé" })), "ok");
  assert.equal((await comeBack(chat, token)).reply["code"], "session_expired");
});

Deno.test("the mute of a guest and the messages that a kick hides apply after a resume, under any name", async () => {
  const chat = makeChat({ max: "1234/moderator" });
  const max = await member(chat, "max");
  const { peer, token } = await signInGuest(chat, "gus");
  await ask(chat, peer, { type: "message", content: "un" });
  await ask(chat, max, { type: "kick", user: "gus", channel: "#général" });
  await ask(chat, max, { type: "mute", user: "gus" });
  // A muted guest cannot change its name. So the mute is lifted, and set again under the new name.
  await ask(chat, max, { type: "unmute", user: "gus" });
  await ask(chat, peer, { type: "message", content: "/nick pierre" });
  await ask(chat, max, { type: "mute", user: "pierre" });
  hangUp(chat, peer);
  chat.clock.pass(LINGER_MS);
  const back = await comeBack(chat, token);
  assert.equal(back.reply["username"], "pierre");
  const history = await ask(chat, back.peer, { type: "history" });
  assert.deepEqual(history["messages"], []);
  const said = await ask(chat, back.peer, { type: "message", content: "deux" });
  assert.equal(said["code"], "muted");
  // A mute that is lifted while the guest is away does not apply after the resume.
  hangUp(chat, back.peer);
  assert.equal(outcome(await ask(chat, max, { type: "unmute", user: "pierre" })), "ok");
  const free = await comeBack(chat, token);
  assert.equal((await ask(chat, free.peer, { type: "message", content: "deux" }))["type"], "ack");
});

Deno.test("a new account may have the name of a guest, and ends the token of a guest who has left", async () => {
  const chat = makeChat();
  const gone = await signInGuest(chat, "Léa");
  hangUp(chat, gone.peer);
  chat.clock.pass(LINGER_MS);
  const register = { type: "register", username: "léa", password: "1234" };
  assert.equal(outcome(await ask(chat, chat.connect(), register)), "ok");
  assert.equal((await comeBack(chat, gone.token)).reply["code"], "session_expired");
  // A guest who is online gets another name, and comes back under that name.
  const { peer, token } = await signInGuest(chat, "max");
  const root = chat.operate();
  await ask(chat, root, { type: "user_add", user: "max", password: "1234" });
  await logIn(chat, "max");
  hangUp(chat, peer);
  assert.equal((await comeBack(chat, token)).reply["username"], "max~2");
});

Deno.test("two connections of a guest with one token are one user", async () => {
  const chat = makeChat();
  const first = await signInGuest(chat, "gus", { tab: "one" });
  const second = await comeBack(chat, first.token, { tab: "two" });
  assert.equal(chat.services.roster.size, 1);
  hangUp(chat, first.peer);
  chat.clock.pass(GUEST_KEPT_MS * 2);
  assert.equal((await ask(chat, second.peer, { type: "whoami" }))["name"], "gus");
  const third = await comeBack(chat, first.token, { tab: "three" });
  assert.equal(third.reply["username"], "gus");
});

Deno.test("a guest cannot resume if guests are not allowed", async () => {
  const chat = makeChat();
  const { token } = await signInGuest(chat, "gus");
  Object.defineProperty(chat.services, "guests", { value: false });
  assert.equal((await comeBack(chat, token)).reply["code"], "session_expired");
});

Deno.test("a private message to a guest who is reloading the page is rejected, not lost", async () => {
  const chat = makeChat();
  const bob = await guest(chat, "bob");
  const { peer, token } = await signInGuest(chat, "gus");
  hangUp(chat, peer);
  const message = { type: "message", to: "gus", content: "x" };
  const refused = await ask(chat, bob, message);
  assert.deepEqual([refused["code"], refused["reason"]], ["unknown_user", "offline"]);
  await comeBack(chat, token);
  assert.equal((await ask(chat, bob, message))["type"], "ack");
});

Deno.test("GuestTokens reserves a limited number of names, the most recent ones", () => {
  let now = 0;
  const tokens = new GuestTokens(() => now);
  for (let i = 0; i < 10_050; i++) {
    const user = { key: `gus${i}`, accountId: null } as User;
    tokens.give(`token${i}`, user);
    tokens.gone(user);
  }
  assert.equal(tokens.size, 10_000);
  assert.deepEqual([tokens.keeps("gus49"), tokens.keeps("gus50")], [false, true]);
  now = GUEST_KEPT_MS;
  assert.equal(tokens.find("token10049"), undefined);
  assert.equal(tokens.size, 0);
});
