// Tests of users who reload the page: if a user comes back at once, other users are told nothing.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { comeBack, hangUp, openPage, signIn, signInGuest } from "../pages.ts";
import { ask, heard, member, outcome } from "../people.ts";

const LINGER_MS = 5_000;

/** Returns the states that a connection has received since the last call. */
function states(peer: Awaited<ReturnType<typeof member>>): unknown[] {
  return peer.take().filter(({ type }) => type === "status").map(({ user, state }) =>
    `${user} ${state}`
  );
}

Deno.test("a user who reloads the page is not announced, and keeps state, channels and kept messages", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const bob = await member(chat, "bob");
  const { peer, token } = await signIn(chat, "ada");
  await ask(chat, peer, { type: "join", channel: "#dev" });
  await ask(chat, peer, { type: "status", state: "away" });
  bob.take();
  hangUp(chat, peer);
  assert.deepEqual((await ask(chat, bob, { type: "users" }))["users"], ["ada", "bob"]);
  await bob.say({ type: "message", to: "ada", content: "un" });
  chat.turn();
  chat.clock.pass(LINGER_MS - 1);
  const page = await openPage(chat);
  await page.say({ type: "resume", token });
  chat.turn();
  assert.deepEqual(heard(page), ["un"]);
  const { state, channels } = await ask(chat, page, { type: "whoami" });
  assert.deepEqual([state, channels], ["away", ["#général", "#dev"]]);
  chat.clock.pass(LINGER_MS * 2);
  assert.deepEqual(states(bob), []);
  hangUp(chat, page);
  assert.equal(chat.clock.pass(LINGER_MS), 1);
  assert.deepEqual(states(bob), ["ada offline"]);
});

Deno.test("a user who comes back by a login with the password is not announced either", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const [bob, { peer }] = [await member(chat, "bob"), await signIn(chat, "ada")];
  bob.take();
  hangUp(chat, peer);
  await member(chat, "ada");
  chat.clock.pass(LINGER_MS);
  assert.deepEqual(states(bob), []);
});

Deno.test("a guest lingers too, and no other user gets the name meanwhile", async () => {
  const chat = makeChat({ bob: "1234" });
  const bob = await member(chat, "bob");
  const { peer, token } = await signInGuest(chat, "gus");
  bob.take();
  hangUp(chat, peer);
  assert.equal((await signInGuest(chat, "gus")).name, "gus~2");
  await comeBack(chat, token);
  assert.deepEqual(states(bob), ["gus~2 online"]);
});

Deno.test("a user lingers only after a page with a tab and a token has ended its own connection", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234", max: "1234/moderator" });
  const bob = await member(chat, "bob");
  const max = await member(chat, "max");
  const gone = async (peer: typeof bob, why: string, end = () => hangUp(chat, peer)) => {
    bob.take();
    await end();
    chat.turn();
    assert.deepEqual(states(bob), ["ada offline"], why);
    assert.equal(chat.services.roster.size, 2);
    assert.equal(chat.services.lingering.size, 0, why);
  };
  await gone(await member(chat, "ada"), "an old client");
  const tabless = chat.connect();
  const login = { type: "login", username: "ada", password: "1234" };
  await ask(chat, tabless, { ...login, session: true });
  await gone(tabless, "a client without a tab");
  const tokenless = await openPage(chat);
  await ask(chat, tokenless, login);
  await gone(tokenless, "a page without a token");
  const out = await signIn(chat, "ada");
  await gone(out.peer, "a logout", () => ask(chat, out.peer, { type: "logout" }) as never);
  const kicked = await signIn(chat, "ada");
  const kick = { type: "kick", user: "ada" };
  await gone(kicked.peer, "a kick", () => ask(chat, max, kick) as never);
  Object.assign(chat.services.web, { lingerSeconds: 0 });
  await gone((await signIn(chat, "ada")).peer, "the setting 0");
});

Deno.test("a user who lingers can be kicked, banned, disabled and deleted", async () => {
  for (const type of ["kick", "ban", "user_disable", "user_delete", "user_erase"]) {
    const chat = makeChat({ ada: "1234", bob: "1234" });
    const [root, bob, { peer }] = [
      chat.operate(),
      await member(chat, "bob"),
      await signIn(chat, "ada"),
    ];
    bob.take();
    hangUp(chat, peer);
    assert.equal(outcome(await ask(chat, root, { type, user: "ada" })), "ok", type);
    chat.turn();
    assert.deepEqual(states(bob), ["ada offline"], type);
    assert.equal(chat.services.lingering.size, 0);
    assert.equal(chat.services.roster.size, 1);
  }
});

Deno.test("nobody lingers when the server stops", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const [ada, bob] = [await signIn(chat, "ada"), await signIn(chat, "bob")];
  hangUp(chat, ada.peer);
  assert.equal(chat.services.lingering.size, 1);
  chat.stop();
  hangUp(chat, bob.peer);
  assert.equal(chat.services.lingering.size, 0);
});

Deno.test("if the database fails at the end of the time, the error is logged and the user still leaves", async () => {
  const chat = makeChat({ ada: "1234" });
  const { peer } = await signIn(chat, "ada");
  await ask(chat, peer, { type: "join", channel: "#dev" });
  hangUp(chat, peer);
  chat.services.channels.exit = () => {
    throw new Error("database or disk is full");
  };
  chat.clock.pass(LINGER_MS);
  const failures = chat.events.filter(([name]) => name === "handlerFailed");
  assert.equal(failures.length, 1);
  assert.equal(chat.services.roster.size, 0);
});
