// Edges that the leader has given up, and that come back: their users are online again, as the chat is now.
import assert from "node:assert/strict";
import { nameKey } from "../../lib/protocol/names.ts";
import { Cast } from "./cast.ts";
import { ask, end, guest, heard, logIn, openPage, pass, states } from "./people.ts";

const LINGER_MS = 5_000;
/** The connections are opened at each node in turn. */
const FIRST = 0;
const SECOND = 1;

Deno.test("users with a page are online again as if they had reloaded it, and stay so", async () => {
  await using cast = await Cast.start({ ada: "1234" });
  const ada = await openPage(cast, {
    type: "login",
    username: "ada",
    password: "1234",
    session: true,
  });
  const bob = await guest(cast, "bob");
  await cast.giveUp(FIRST);
  await pass(cast, 2 * LINGER_MS);
  assert.deepEqual(states(bob), []);
  assert.deepEqual((await ask(cast, bob, { type: "users" }))["users"], ["ada", "bob"]);
  assert.equal((await ask(cast, ada.peer, { type: "whoami" }))["name"], "ada");
});

Deno.test("a guest with a token is online again under its name, and can leave and resume", async () => {
  await using cast = await Cast.start({});
  const gus = await openPage(cast, { type: "message", from: "gus", content: "" });
  const bob = await guest(cast, "bob");
  await cast.giveUp(FIRST);
  await cast.giveUp(FIRST);
  assert.equal((await ask(cast, gus.peer, { type: "whoami" }))["name"], "gus");
  await end(cast, gus.peer, "client");
  await pass(cast, LINGER_MS);
  assert.deepEqual(states(bob), ["gus offline"]);
  const again = await openPage(cast, { type: "resume", token: gus.token });
  assert.equal(again.reply["username"], "gus");
});

Deno.test("an account that was disabled meanwhile does not come back", async () => {
  await using cast = await Cast.start({ ada: "1234", bob: "1234" });
  const [ada, bob] = [await logIn(cast, "ada"), await logIn(cast, "bob")];
  const { accountStore } = cast.chat;
  const { id } = accountStore.findByKey(nameKey("ada"))!;
  await cast.giveUp(FIRST, () => accountStore.setDisabled(id, 1));
  assert.deepEqual([ada.reason, bob.reason], ["signed_out", undefined]);
  assert.deepEqual((await ask(cast, bob, { type: "users" }))["users"], ["bob"]);
});

Deno.test("a channel that no longer admits a guest does not have it back", async () => {
  await using cast = await Cast.start({ bob: "1234" });
  const gus = await guest(cast, "gus");
  for (const peer of [await logIn(cast, "bob"), gus]) {
    await ask(cast, peer, { type: "join", channel: "#club" });
    await ask(cast, peer, { type: "join", channel: "#dev" });
  }
  await cast.giveUp(FIRST, () => {
    const { channels } = cast.chat.services;
    channels.change(channels.named("#club")!, { roles: ["moderator"] });
  });
  assert.deepEqual((await ask(cast, gus, { type: "whoami" }))["channels"], ["#général", "#dev"]);
});

Deno.test("a private message on its way to an edge that is given up is shown once", async () => {
  await using cast = await Cast.start({ bob: "1234" });
  const ada = await guest(cast, "ada");
  const bob = await logIn(cast, "bob");
  await ask(cast, ada, { type: "private", to: "bob", content: "one" });
  await cast.giveUp(SECOND);
  await ask(cast, ada, { type: "private", to: "bob", content: "two" });
  assert.deepEqual(heard(bob), ["one", "two"]);
  assert.deepEqual(heard(await logIn(cast, "bob")), []);
});

Deno.test("mail that was kept while an edge was given up arrives when it is back", async () => {
  await using cast = await Cast.start({ bob: "1234" });
  const ada = await guest(cast, "ada");
  const bob = await logIn(cast, "bob");
  await cast.giveUp(SECOND, async () => {
    await ada.say({ type: "private", to: "bob", content: "meanwhile" });
  });
  assert.deepEqual(heard(bob), ["meanwhile"]);
});
