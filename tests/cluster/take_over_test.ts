// What users who are not connected, and messages that may not have arrived, are after another node has taken over.
import assert from "node:assert/strict";
import { GUEST_KEPT_MS } from "../../lib/chat/presence/guest_tokens.ts";
import { Cast } from "./cast.ts";
import { ask, end, guest, heard, logIn, openPage, pass, say, states } from "./people.ts";

const LINGER_MS = 5_000;
const ADA = { type: "login", username: "ada", password: "1234", session: true };

Deno.test("a user who lingers comes back at another node after a take-over, and nobody is told", async () => {
  await using cast = await Cast.start({ ada: "1234" });
  const bob = await guest(cast, "bob");
  const ada = await openPage(cast, ADA);
  await ask(cast, ada.peer, { type: "join", channel: "#dev" });
  await ask(cast, ada.peer, { type: "status", state: "away" });
  await ask(cast, ada.peer, { type: "hand", up: true });
  bob.take();
  await end(cast, ada.peer, "client");
  await cast.takeOver();
  assert.deepEqual((await ask(cast, bob, { type: "users" }))["users"], ["ada", "bob"]);
  const again = await openPage(cast, { type: "resume", token: ada.token });
  const { state, channels } = await ask(cast, again.peer, { type: "whoami" });
  assert.deepEqual([state, channels], ["away", ["#général", "#dev"]]);
  await pass(cast, 2 * LINGER_MS);
  assert.deepEqual(states(bob), []);
});

Deno.test("a user who lingered at a take-over and does not come back leaves once", async () => {
  await using cast = await Cast.start({ ada: "1234" });
  const bob = await guest(cast, "bob");
  const ada = await openPage(cast, ADA);
  const gus = await openPage(cast, { type: "message", from: "gus", content: "" });
  bob.take();
  await end(cast, ada.peer, "client");
  await end(cast, gus.peer, "client");
  await cast.takeOver();
  await cast.takeOver();
  await pass(cast, LINGER_MS);
  assert.deepEqual(states(bob), ["ada offline", "gus offline"]);
  await cast.takeOver();
  assert.deepEqual((await ask(cast, bob, { type: "users" }))["users"], ["bob"]);
  await pass(cast, LINGER_MS);
  assert.deepEqual(states(bob), []);
});

Deno.test("after a take-over, the name of a guest who has left is reserved, and the guest resumes with its mute", async () => {
  await using cast = await Cast.start({ max: "1234/moderator" });
  const max = await logIn(cast, "max");
  const gus = await openPage(cast, { type: "message", from: "gus", content: "" });
  await ask(cast, max, { type: "mute", user: "gus", minutes: 30 });
  await end(cast, gus.peer, "client");
  await pass(cast, LINGER_MS);
  await cast.takeOver();
  const other = await openPage(cast, { type: "message", from: "gus", content: "" }, "other");
  assert.equal(other.reply["name"], "gus~2");
  const again = await openPage(cast, { type: "resume", token: gus.token });
  assert.equal(again.reply["username"], "gus");
  const refused = await ask(cast, again.peer, { type: "message", content: "hi" });
  assert.equal(refused["code"], "muted");
});

Deno.test("after a take-over, the name of a guest who has left becomes free in the end", async () => {
  await using cast = await Cast.start({});
  const gus = await openPage(cast, { type: "message", from: "gus", content: "" });
  await end(cast, gus.peer, "client");
  await pass(cast, LINGER_MS);
  await cast.takeOver();
  await pass(cast, GUEST_KEPT_MS);
  const other = await openPage(cast, { type: "message", from: "gus", content: "" }, "other");
  assert.equal(other.reply["name"], "gus");
  await cast.takeOver();
  const late = await openPage(cast, { type: "resume", token: gus.token });
  assert.equal(late.reply["code"], "session_expired");
});

Deno.test("after a take-over, guests have read what they had read", async () => {
  await using cast = await Cast.start({});
  const bob = await guest(cast, "bob");
  const gus = await openPage(cast, { type: "message", from: "gus", content: "" });
  const unread = async (page: typeof gus) => {
    const { channels } = await ask(cast, page.peer, { type: "overview" });
    return (channels as { unread: number }[])[0]!.unread;
  };
  assert.equal(await unread(gus), 0);
  const { id } = await ask(cast, bob, { type: "message", content: "one" });
  await ask(cast, gus.peer, { type: "seen", channel: "#général", id });
  await ask(cast, bob, { type: "message", content: "two" });
  await cast.takeOver();
  assert.equal(await unread(gus), 1);
  await end(cast, gus.peer, "client");
  await pass(cast, LINGER_MS);
  await cast.takeOver();
  assert.equal(await unread(await openPage(cast, { type: "resume", token: gus.token })), 1);
});

Deno.test("a private message that may not have arrived before a take-over arrives at the next login", async () => {
  await using cast = await Cast.start({ bob: "1234" });
  const ada = await guest(cast, "ada");
  const bob = await logIn(cast, "bob");
  await ask(cast, ada, { type: "private", to: "bob", content: "heard" });
  await ask(cast, bob, { type: "ping" });
  await ask(cast, ada, { type: "private", to: "bob", content: "lost" });
  await cast.takeOver();
  await cast.takeOver();
  await end(cast, bob, "timeout");
  assert.deepEqual(heard(await logIn(cast, "bob")), ["lost"]);
});

Deno.test("a private message that another connection has received before a take-over is not sent again", async () => {
  await using cast = await Cast.start({ bob: "1234" });
  const ada = await guest(cast, "ada");
  const [one, other] = [await logIn(cast, "bob"), await logIn(cast, "bob")];
  await ask(cast, ada, { type: "private", to: "bob", content: "hello" });
  await ask(cast, other, { type: "ping" });
  await cast.takeOver();
  await end(cast, one, "timeout");
  await end(cast, other, "timeout");
  assert.deepEqual(heard(await logIn(cast, "bob")), []);
});

for (const queuedBytes of [0, 100]) {
  const what = queuedBytes > 0 ? "that may wait in the outbox" : "that is written late";
  Deno.test(`a message of the earlier leader ${what} says nothing about one of the new leader`, async () => {
    await using cast = await Cast.start({ bob: "1234" });
    const ada = await guest(cast, "ada");
    const bob = await logIn(cast, "bob");
    const written: (() => void)[] = [];
    bob.send = (_lines, taken) => void (taken && written.push(taken));
    bob.queuedBytes = queuedBytes;
    await ask(cast, ada, { type: "private", to: "bob", content: "one" });
    await cast.takeOver();
    await ask(cast, ada, { type: "private", to: "bob", content: "two" });
    assert.equal(written.length, 2);
    if (queuedBytes === 0) written[0]!();
    await say(cast, bob, { type: "ping" });
    await say(cast, bob, { type: "ping" });
    await end(cast, bob, "timeout");
    const returned = heard(await logIn(cast, "bob"));
    assert.deepEqual(returned, queuedBytes === 0 ? ["two"] : ["one", "two"]);
  });
}

Deno.test("a connection that waited for the mail of another receives it after a take-over", async () => {
  await using cast = await Cast.start({ bob: "1234" });
  const ada = await guest(cast, "ada");
  await ask(cast, ada, { type: "private", to: "bob", content: "mail" });
  const first = await logIn(cast, "bob", true);
  const second = await logIn(cast, "bob");
  await ask(cast, ada, { type: "private", to: "bob", content: "more" });
  await cast.takeOver();
  second.take();
  await end(cast, first, "timeout");
  assert.deepEqual(heard(second), ["mail"]);
});

Deno.test("visits go on after a take-over, and the visits of users who are gone have ended", async () => {
  await using cast = await Cast.start({ ada: "1234" });
  await logIn(cast, "ada");
  await guest(cast, "bob");
  const { sqlite } = cast.chat.database;
  const visits = () => sqlite.prepare("SELECT * FROM visits WHERE ended_at IS NULL").all();
  const before = visits();
  assert.equal(before.length, 2);
  sqlite.exec("INSERT INTO visits (guest, started_at) VALUES ('gone', 1)");
  const { changes } = sqlite.prepare("SELECT total_changes() AS changes").get()!;
  await cast.takeOver();
  assert.deepEqual(visits(), before);
  const after = sqlite.prepare("SELECT total_changes() AS changes").get()!["changes"];
  // Otherwise the visits that go on would be written as well, twice each.
  assert.ok(
    Number(after) - Number(changes) <= 2,
    `${Number(after) - Number(changes)} rows written`,
  );
});

Deno.test("messages have arrived at a connection that is closed properly while another node takes over", async () => {
  await using cast = await Cast.start({ bob: "1234" });
  const ada = await guest(cast, "ada");
  const bob = await logIn(cast, "bob");
  await ask(cast, ada, { type: "private", to: "bob", content: "hello" });
  await cast.takeOver(() => {
    bob.heardAt = performance.now();
    bob.closed = true;
    bob.consumer.ended("client");
  });
  await say(cast, ada, { type: "ping" });
  assert.deepEqual(heard(await logIn(cast, "bob")), []);
});
