// Tests of history and search over a connection.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import { ask, guest, member, outcome, say, type } from "../people.ts";

type Lines = Record<string, unknown>[];
const ids = (line: Record<string, unknown>) => (line["messages"] as Lines).map(({ id }) => id);
const contents = (line: Record<string, unknown>) =>
  (line["messages"] as Lines).map(({ content }) => content);

Deno.test("history returns the lines that others received, oldest first, paged in both directions", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  const eve = await guest(chat, "eve");
  for (let i = 1; i <= 10; i++) {
    await eve.say({ type: "message", content: `n${i}`, mood: 1.50 });
  }
  chat.turn();
  const received = gus.take().filter((line) => line["type"] === "message");
  const history = (members = {}) => ask(chat, gus, { type: "history", ...members });
  const all = await history();
  assert.deepEqual(all["messages"], received);
  assert.deepEqual([all["channel"], all["more"]], ["#général", false]);
  const newest = await history({ limit: 3 });
  assert.deepEqual([ids(newest), newest["more"]], [[8, 9, 10], true]);
  assert.deepEqual(ids(await history({ limit: 3, before: 8 })), [5, 6, 7]);
  assert.deepEqual(ids(await history({ limit: 3, after: 8 })), [9, 10]);
  const oldest = await history({ limit: 3, after: 0 });
  assert.deepEqual([ids(oldest), oldest["more"]], [[1, 2, 3], true]);
  assert.deepEqual(ids(await history({ after: 2, before: 5 })), [3, 4]);
  for (
    const wrong of [
      { limit: 0 },
      { limit: 201 },
      { limit: 1.5 },
      { before: "9" },
      { after: 5, before: 5 },
      { channel: "#général", with: "eve" },
    ]
  ) assert.equal(outcome(await history(wrong)), "bad_request", JSON.stringify(wrong));
});

Deno.test("history contains the asker's own messages of the same turn", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  await gus.say({ type: "message", content: "just now", ref: "1" });
  await gus.say({ type: "history", ref: "2" });
  const [ack, history] = gus.take();
  assert.deepEqual([ack?.["type"], contents(history!)], ["ack", ["just now"]]);
});

Deno.test("a history reply stays within its size limit and says that there is more", async () => {
  const base = makeChat().services.limits;
  const chat = makeChat({}, { limits: { ...base, replyBytes: 3_000 } });
  const gus = await guest(chat, "gus");
  for (let i = 1; i <= 5; i++) await say(chat, gus, `${i}${"é".repeat(150)}`);
  const newest = await ask(chat, gus, { type: "history" });
  assert.deepEqual([ids(newest), newest["more"]], [[4, 5], true]);
  const oldest = await ask(chat, gus, { type: "history", after: 0 });
  assert.deepEqual([ids(oldest), oldest["more"]], [[1, 2], true]);
  assert.deepEqual(ids(await ask(chat, gus, { type: "history", after: 2 })), [3, 4]);
  const huge = makeChat({}, { limits: { ...base, replyBytes: 10 } });
  const eve = await guest(huge, "eve");
  await say(huge, eve, "a message longer than the bound");
  assert.deepEqual(ids(await ask(huge, eve, { type: "history" })), [1]);
});

Deno.test("private history belongs to the account, never to the name alone", async () => {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  const ada = await member(chat, "ada");
  const bob = await member(chat, "bob");
  const gus = await guest(chat, "gus");
  await ask(chat, ada, { type: "private", to: "bob", content: "to bob" });
  await ask(chat, bob, { type: "private", to: "ada", content: "to ada" });
  await ask(chat, gus, { type: "private", to: "ada", content: "from a guest" });
  const withBob = await ask(chat, ada, { type: "history", with: "BOB" });
  assert.deepEqual([withBob["with"], contents(withBob)], ["bob", ["to bob", "to ada"]]);
  assert.deepEqual(contents(await ask(chat, ada, { type: "history", with: "gus" })), [
    "from a guest",
  ]);
  assert.equal(outcome(await ask(chat, gus, { type: "history", with: "ada" })), "login_required");
  gus.consumer.ended("client");
  // Another guest or an account with the same name has sent no messages.
  const other = await guest(chat, "gus");
  assert.equal(outcome(await ask(chat, other, { type: "history", with: "ada" })), "login_required");
  await ask(chat, other, { type: "register", username: "gus", password: "1234" });
  const account = await member(chat, "gus");
  assert.deepEqual(contents(await ask(chat, account, { type: "history", with: "ada" })), []);
  assert.deepEqual(contents(await ask(chat, ada, { type: "history", with: "gus" })), []);
  assert.deepEqual(contents(await ask(chat, account, { type: "search", query: "guest" })), []);
  assert.deepEqual(contents(await ask(chat, ada, { type: "search", query: "guest" })), [
    "from a guest",
  ]);
});

Deno.test("before joining, history and search are refused", async () => {
  const chat = makeChat();
  const idle = chat.connect();
  for (const request of [{ type: "history" }, { type: "search", query: "x" }]) {
    assert.equal(outcome(await ask(chat, idle, request)), "login_required");
  }
});

Deno.test("after an expulsion, a user can read no earlier messages under any name", async () => {
  const chat = makeChat({ max: "1234/moderator", bob: "1234" });
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  await say(chat, gus, "before");
  const kicked = await ask(chat, max, { type: "kick", user: "gus", channel: "#général" });
  assert.equal(kicked["status"], "ok");
  await say(chat, max, "after");
  const reads = async () => {
    const history = contents(await ask(chat, gus, { type: "history", after: 0 }));
    const found = contents(await ask(chat, gus, { type: "search", query: "before" }));
    return [...history, ...found];
  };
  assert.deepEqual(await reads(), ["after"]);
  await ask(chat, gus, { type: "join", channel: "#général" });
  assert.deepEqual(await reads(), ["after"]);
  assert.match((await type(chat, gus, "/nick other")).join(), /You are now other/);
  assert.deepEqual(await reads(), ["after"]);
  await ask(chat, gus, { type: "login", username: "bob", password: "1234" });
  assert.deepEqual(await reads(), ["after"]);
  await ask(chat, gus, { type: "logout" });
  await gus.say({ type: "message", from: "third", content: "" });
  assert.deepEqual(await reads(), ["after"]);
});

Deno.test("the expulsion of an account applies to all its connections, also after a restart", async () => {
  const chat = makeChat({ max: "1234/moderator", bob: "1234" });
  const max = await member(chat, "max");
  const bob = await member(chat, "bob");
  await say(chat, max, "before");
  await ask(chat, max, { type: "kick", user: "bob" });
  assert.equal(bob.reason, "kicked");
  await say(chat, max, "after");
  const again = await member(chat, "bob");
  assert.deepEqual(contents(await ask(chat, again, { type: "history" })), ["after"]);
});

Deno.test("a found message has one snippet, even if its sender added a member with that name", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  await gus.say({ type: "message", content: "word", snippet: "mine", n: 1 });
  chat.turn();
  let text = "";
  gus.send = (lines) => text += new TextDecoder().decode(lines);
  await gus.say({ type: "search", query: "word" });
  chat.turn();
  assert.match(text, /"n":1,"snippet":"\\u00abword\\u00bb"\}\]/);
  assert.doesNotMatch(text, /mine/);
});

Deno.test("search ignores accents, marks the matches, and pages", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  for (const content of ["le français", "FRANCAIS encore", "rien", 'x" OR y* NEAR(']) {
    await say(chat, gus, content);
  }
  const found = await ask(chat, gus, { type: "search", query: "francais" });
  assert.deepEqual(ids(found), [2, 1]);
  assert.equal((found["messages"] as Lines)[1]?.["snippet"], "le «français»");
  assert.equal(found["more"], false);
  const one = await ask(chat, gus, { type: "search", query: "fran", limit: 1 });
  assert.deepEqual([ids(one), one["more"]], [[2], true]);
  assert.deepEqual(ids(await ask(chat, gus, { type: "search", query: "fran", before: 2 })), [1]);
  assert.deepEqual(ids(await ask(chat, gus, { type: "search", query: '" * (' })), []);
  for (const query of ["", "  ", "x".repeat(201)]) {
    assert.equal(outcome(await ask(chat, gus, { type: "search", query })), "bad_request");
  }
});

Deno.test("a login, or giving up a name to its owner, does not reveal hidden messages", async () => {
  const chat = makeChat({ max: "1234/moderator", bob: "1234" });
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  const eve = await guest(chat, "eve");
  await say(chat, max, "before");
  for (const user of ["gus", "eve"]) {
    await ask(chat, max, { type: "kick", user, channel: "#général" });
  }
  const reads = async (peer: typeof gus) =>
    contents(await ask(chat, peer, { type: "history", after: 0 }));
  await ask(chat, gus, { type: "login", username: "bob", password: "1234" });
  assert.deepEqual(await reads(gus), []);
  await ask(chat, eve, { type: "register", username: "eve", password: "1234" });
  const owner = await member(chat, "eve");
  assert.equal((await ask(chat, eve, { type: "whoami" }))["name"], "eve~2");
  assert.deepEqual(await reads(eve), []);
  // Neither account was ever expelled.
  assert.deepEqual(await reads(owner), ["before"]);
  assert.deepEqual(await reads(await member(chat, "bob")), ["before"]);
});

Deno.test("an expulsion hides earlier messages of the same turn, and hidden messages cannot be deleted", async () => {
  const chat = makeChat({ ada: "1234/admin", max: "1234/moderator" });
  const ada = await member(chat, "ada");
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  await gus.say({ type: "message", content: "said at once" });
  await ada.say({ type: "kick", user: "max", channel: "#général" });
  chat.turn();
  assert.deepEqual(contents(await ask(chat, max, { type: "history", after: 0 })), []);
  assert.equal(outcome(await ask(chat, max, { type: "delete", id: 1 })), "forbidden");
  assert.equal(outcome(await ask(chat, ada, { type: "delete", id: 1 })), "ok");
});

Deno.test("permissions are checked again when a search returns", async () => {
  const chat = makeChat({ max: "1234/moderator" });
  const max = await member(chat, "max");
  const gus = await guest(chat, "gus");
  await say(chat, gus, "secret one");
  await say(chat, gus, "secret two");
  // The message is deleted while the search runs.
  const first = gus.say({ type: "search", query: "secret", ref: "1" });
  await max.say({ type: "delete", id: 1 });
  await first;
  chat.turn();
  const found = gus.take().find((line) => line["ref"] === "1")!;
  assert.deepEqual(contents(found), ["secret two"]);
  // The asker is removed from the channel while the search runs.
  const second = gus.say({ type: "search", query: "secret", channel: "#général", ref: "2" });
  await max.say({ type: "kick", user: "gus", channel: "#général" });
  await second;
  chat.turn();
  assert.deepEqual(contents(gus.take().find((line) => line["ref"] === "2") ?? {}), []);
});
