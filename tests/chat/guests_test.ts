// Tests of guests: which names they get, and who may use their names.
import assert from "node:assert/strict";
import { makeChat } from "./fakes.ts";
import { enter, logIn } from "./people.ts";

const say = (content: string) => ({ type: "message", content });

Deno.test("guests get a free name, never that of an account, and none where guests may not join", async () => {
  const chat = makeChat({ alice: "1234", "bob~2": "1234" });
  await enter(chat, "bob");
  const second = await enter(chat, "BOB");
  await second.say({ type: "whoami" });
  assert.equal(second.take()[0]?.["name"], "BOB~3");
  const nameless = chat.connect();
  await nameless.say(say("x"));
  await nameless.say({ type: "whoami" });
  chat.turn();
  assert.deepEqual(nameless.take(), [{
    type: "whoami",
    name: "invité",
    role: "guest",
    channels: ["#général"],
    state: "online",
    channel: "#général",
  }]);
  const thief = await enter(chat, "ALICE");
  assert.equal(thief.take()[0]?.["code"], "username_taken");
  await thief.say({ type: "whoami" });
  assert.equal(thief.take()[0]?.["code"], "login_required");

  const closed = makeChat({}, { guests: false });
  const refused = await enter(closed, "bob");
  assert.equal(refused.take()[0]?.["code"], "login_required");
});

Deno.test("a guest's name of 64 characters is cut to make room for the number", async () => {
  const chat = makeChat();
  const name = "é".repeat(64);
  await enter(chat, name);
  const second = await enter(chat, name);
  await second.say({ type: "whoami" });
  assert.equal(second.take()[0]?.["name"], `${"é".repeat(62)}~2`);
});

Deno.test("only the guest who is online can register the guest's name", async () => {
  const chat = makeChat();
  const bob = await enter(chat, "bob");
  const other = chat.connect();
  await other.say({ type: "register", username: "Bob", password: "1234" });
  assert.equal(other.take()[0]?.["code"], "username_taken");
  await bob.say({ type: "register", username: "bob", password: "1234" });
  assert.deepEqual(bob.take(), [{ type: "register", status: "ok" }]);
});

Deno.test("a guest gives up the name to the owner of the account and is told", async () => {
  const chat = makeChat();
  const visitor = await enter(chat, "bob");
  const watcher = await enter(chat, "watcher");
  await visitor.say({ type: "register", username: "bob", password: "1234" });
  for (const peer of [visitor, watcher]) peer.take();
  const owner = await logIn(chat, "bob");
  owner.take();
  const [notice] = visitor.take();
  // Clients drop messages to other names than the one they asked for.
  assert.deepEqual([notice?.["from"], notice?.["to"], notice?.["subtype"]], [
    "ClassCord",
    "bob",
    "private",
  ]);
  await visitor.say({ type: "message", content: "/whoami" });
  assert.deepEqual(visitor.take().at(-1)?.["to"], "bob");
  assert.deepEqual(watcher.take().map((line) => line["user"]), ["bob~2", "bob"]);
  await watcher.say({ type: "private", to: "bob", content: "for the owner" });
  chat.turn();
  assert.equal(owner.take()[0]?.["content"], "for the owner");
  assert.deepEqual(visitor.take().filter((line) => line["type"] === "message"), []);
});

Deno.test("a guest's name that differs from the account's by case is removed from the others' lists", async () => {
  const chat = makeChat();
  const visitor = await enter(chat, "BOB");
  const watcher = await enter(chat, "watcher");
  await visitor.say({ type: "register", username: "bob", password: "1234" });
  watcher.take();
  await logIn(chat, "bob");
  assert.deepEqual(watcher.take().map((line) => [line["user"], line["state"]]), [
    ["BOB", "offline"],
    ["BOB~2", "online"],
    ["bob", "online"],
  ]);
});

Deno.test("a guest cannot take a name that imitates an account's with letters of another script", async () => {
  const chat = makeChat({ Marnie: "1234", "\u041c\u0430\u0445": "1234" });
  const join = async (from: string): Promise<unknown> => {
    const peer = chat.connect();
    await peer.say({ type: "message", from, content: "", ref: "r" });
    chat.turn();
    return peer.take().at(-1)?.["code"];
  };
  assert.equal(await join("M\u0430rnie"), "username_taken");
  assert.equal(await join("Max"), "username_taken");
  assert.equal(await join("Mamie"), undefined);
  const guest = chat.connect();
  await guest.say({ type: "register", username: "Marni\u0435", password: "1234" });
  assert.equal(guest.take()[0]?.["code"], "username_taken");
});
