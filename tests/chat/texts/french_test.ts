// Tests that a French server sends no English.
import assert from "node:assert/strict";
import { banError } from "../../../lib/chat/conversation/sanctions.ts";
import { Texts } from "../../../lib/chat/texts/catalogue.ts";
import { FIXED_TEXTS } from "../../../lib/protocol/errors.ts";
import { schemas } from "../../../lib/protocol/requests/families.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { guest, member } from "../people.ts";

// Words that no French sentence contains. Text in quotes comes from the client.
const ENGLISH =
  /\b(?:the|this|an|and|or|of|to|is|are|be|not|no|you|your|expected|got|too|many|only|name|channel|nothing|string|number|object|array|boolean|text|whole|words|characters|try|again|failed|server|log)\b/i;

/** Returns the texts of the errors and of the server's messages among some lines. */
function spoken(lines: readonly Line[]): string[] {
  return lines.flatMap((line) => {
    if (line["type"] === "error") return [String(line["message"]), String(line["error"])];
    return line["from"] === "ClassCord" || line["from"] === "server"
      ? [String(line["content"])]
      : [];
  });
}

function assertFrench(text: string): void {
  if (Object.values(FIXED_TEXTS).includes(text)) return;
  const own = text.replace(/"(?:[^"\\]|\\.)*"/g, "").replace(/Types possibles : .*/, "")
    .replace(/parmi .*, reçu/, "reçu").replace(/\/\S+/g, "");
  assert.doesNotMatch(own, ENGLISH, text);
}

/** Values that are not valid for most members. */
const VALUES: readonly unknown[] = [
  undefined,
  null,
  5,
  -1,
  true,
  [],
  {},
  "",
  "x",
  "#",
  "#a b",
  "#nowhere",
  "#prive",
  "x".repeat(70),
  "x".repeat(4_000),
  "admin",
  "a[b",
  "10.0.0.0/99",
  "127.0.0.1",
];

/** Requests of every type, with every value for each member in turn. */
function* requests(): Generator<Line> {
  const good: Line = {
    username: "neu",
    password: "1234",
    content: "salut",
    state: "away",
    channel: "#général",
    user: "bob",
    query: "mot",
    topic: "sujet",
    id: 1,
    conn: 1,
    old: "1234",
    new: "5678",
    name: "root",
    role: "member",
  };
  for (const [type, { shape }] of Object.entries(schemas)) {
    const members = Object.keys(shape).filter((name) => name !== "type");
    const base = Object.fromEntries(
      members.filter((name) => name in good).map((name) => [name, good[name]]),
    );
    yield { type, ...base };
    for (const name of members) {
      for (const value of VALUES) yield { type, ...base, [name]: value };
    }
  }
  for (const value of VALUES) {
    yield { type: value };
    yield { type: "ping", ref: value };
    yield { type: "message", content: "x", from: value };
    yield { type: "message", subtype: "private", content: "x", to: value };
  }
  yield { type: "history", channel: "#général", with: "bob" };
  yield { type: "history", before: 1, after: 5 };
  yield { type: "kick", user: "bob", channel: "#général" };
  yield { type: "ban", user: "bob", address: "10.0.0.1" };
  yield { type: "message", content: "x".repeat(9_000) };
  yield { type: "message", content: "x", extra: "é".repeat(20_000) };
}

const LINES = ["", "x", "[1]", "null", "{", '{"type":"ping"}{"type":"ping"}', "[".repeat(40)];

async function told(chat: FakeChat, peer: FakePeer, line: Line | string): Promise<number> {
  await peer.say(line);
  chat.turn();
  const texts = spoken(peer.take());
  for (const text of texts) assertFrench(text);
  return texts.length;
}

function frenchChat(): FakeChat {
  const people = { ada: "1234/admin", max: "1234/moderator", bob: "1234" };
  const chat = makeChat(people, { language: "fr" });
  chat.services.channels.configure([
    { name: "#prive", topic: "", roles: ["admin"], accounts: [], readOnly: false },
    { name: "#annonces", topic: "", roles: [], accounts: [], readOnly: true },
  ], 0);
  return chat;
}

async function enter(chat: FakeChat, who: string): Promise<FakePeer> {
  if (who === "operator") return chat.operate();
  if (who === "guest") return await guest(chat, "gus");
  const peer = chat.connect();
  // An earlier request may have changed the password.
  if (who !== "nobody") await peer.say({ type: "login", username: who, password: "1234" });
  peer.take();
  return peer;
}

Deno.test("a French server sends no English, to users of any rank and for any request", async () => {
  for (const who of ["nobody", "guest", "bob", "max", "operator"]) {
    let chat = frenchChat();
    let type: unknown;
    let count = 0;
    for (const request of requests()) {
      if (request["type"] !== type) chat = frenchChat();
      type = request["type"];
      const peer = await enter(chat, who);
      count += await told(chat, peer, request);
      peer.consumer.ended("client");
    }
    for (const line of LINES) count += await told(chat, chat.connect(), line);
    assert.ok(count > 500, `${who} was told ${count} texts`);
  }
});

Deno.test("limits, sanctions, lost storage and the shutdown are reported in French", async () => {
  const slow = makeChat({}, {
    language: "fr",
    limits: {
      lineBytes: 100,
      contentBytes: 10,
      replyBytes: 1_000,
      requests: { perSecond: 0.001, burst: 1 },
      malformedPerMinute: 5,
      unjoinedSeconds: 900,
      mailMessages: 1,
      mailBytes: 0,
    },
  });
  const flooding = slow.connect();
  await flooding.say({ type: "ping" });
  await flooding.say({ type: "ping" });
  const [, limited] = flooding.take();
  assert.match(String(limited?.["message"]), /^Trop vite\. Réessayez dans 16 min 40 s\.$/);
  assert.equal(limited?.["retry_after"], 1_000);

  const chat = makeChat({ max: "1234/moderator", bob: "1234" }, { language: "fr" });
  const [max, gus] = [await member(chat, "max"), await guest(chat, "gus")];
  await max.say({ type: "mute", user: "gus", seconds: 60, reason: "du calme" });
  await told(chat, gus, { type: "message", content: "x" });
  await gus.say({ type: "message", content: "x" });
  assert.equal(
    gus.take()[0]?.["message"],
    "Vous êtes muet pour encore 1 min. Motif : du calme",
  );
  await max.say({ type: "mute", user: "gus", seconds: 0 });
  await told(chat, gus, { type: "message", content: "x" });
  chat.failNextAppend = true;
  await max.say({ type: "message", content: "perdu" });
  chat.turn();
  const lost = max.take().find((line) => line["type"] === "error");
  assert.equal(lost?.["message"], "Message non envoyé : le serveur n'a pas pu l'enregistrer.");
  await max.say({ type: "ban", user: "gus" });
  chat.turn();
  for (const text of spoken(gus.take())) assertFrench(text);
  await told(chat, chat.connect(), { type: "message", from: "gus", content: "x" });
  for (let i = 0; i < 7; i++) {
    await told(chat, chat.connect(), { type: "login", username: "bob", password: "non" });
  }
  const texts = new Texts("fr");
  for (const until of [null, 5_000]) assertFrench(texts.error(banError({ until, reason: "r" }, 0)));
});
