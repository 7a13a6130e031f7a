// Tests of what old clients are told about messages that were not sent.
import assert from "node:assert/strict";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import type { Language } from "../../../lib/chat/texts/catalogue.ts";
import { UNSENT_MS } from "../../../lib/chat/delivery/unsent.ts";
import { type ChatOverrides, type FakeChat, type FakePeer, makeChat } from "../fakes.ts";
import { ask, guest, heard, member } from "../people.ts";

const TEXT = "Bonjour tout le monde, ça va bien ?";
const REPEATED = '"Bonjour tout le mond…"';

interface Case {
  readonly code: string;
  readonly fr: string;
  readonly en: string;
  /** Sets up the case. Returns the client and its message. */
  readonly act: (chat: FakeChat) => Promise<[FakePeer, Record<string, unknown>]>;
  readonly overrides?: ChatOverrides;
}

const say = (more: Record<string, unknown> = {}) => {
  const subtype = "to" in more ? "private" : "global";
  return { type: "message", subtype, content: TEXT, ...more };
};
const muted = async (chat: FakeChat, request: object): Promise<FakePeer> => {
  const [max, gus] = [await member(chat, "max"), await guest(chat, "gus")];
  assert.equal((await ask(chat, max, { user: "gus", ...request } as never))["status"], "ok");
  return gus;
};
const named = (from: unknown) => (chat: FakeChat) =>
  Promise.resolve([chat.connect(), say({ from })] as [FakePeer, Record<string, unknown>]);

const CASES: readonly Case[] = [
  {
    code: "muted",
    fr: "muet encore 5 min",
    en: "muted for 5 min",
    act: async (chat) => [await muted(chat, { type: "mute", seconds: 300 }), say()],
  },
  {
    code: "muted",
    fr: "muet",
    en: "muted",
    act: async (chat) => [await muted(chat, { type: "mute", seconds: 0 }), say()],
  },
  {
    code: "forbidden",
    fr: "#général est fermé",
    en: "#général is closed",
    act: async (chat) => [
      await muted(chat, { type: "close_channel", channel: "#général", user: undefined }),
      say(),
    ],
  },
  {
    code: "content_too_long",
    fr: "trop long : 9000 octets pour 8192",
    en: "too long: 9000 bytes, limit 8192",
    act: async (chat) => [await guest(chat, "gus"), say({ content: TEXT.padEnd(8_999, "x") })],
  },
  {
    code: "unknown_user",
    fr: 'absent ou inconnu : "zoé"',
    en: 'gone or unknown: "zoé"',
    act: async (chat) => {
      (await guest(chat, "zoé")).consumer.ended("client");
      return [await guest(chat, "gus"), say({ subtype: "private", to: "zoé" })];
    },
  },
  {
    code: "unknown_channel",
    fr: "pas de salon #nulle-part",
    en: "no channel #nulle-part",
    act: async (chat) => [await guest(chat, "gus"), say({ channel: "#nulle-part" })],
  },
  {
    code: "login_required",
    fr: "connectez-vous d'abord",
    en: "log in first",
    act: named("Zoé"),
    overrides: { guests: false },
  },
  { code: "bad_username", fr: "nom réservé", en: "reserved name", act: named("admin") },
  {
    code: "bad_username",
    fr: "caractère interdit dans le nom",
    en: "forbidden character in the name",
    act: named("<b>"),
  },
  {
    code: "bad_username",
    fr: "nom de plus de 64 caractères",
    en: "name longer than 64 characters",
    act: named("x".repeat(65)),
  },
  {
    code: "username_taken",
    fr: "nom d'un compte, connectez-vous",
    en: "an account's name, log in",
    act: named("MAX"),
  },
  {
    code: "username_taken",
    fr: "nom trop proche d'un autre",
    en: "name too similar to another",
    act: named("mаx"),
  },
  {
    code: "busy",
    fr: "disque du serveur plein",
    en: "server disk full",
    act: async (chat) => [await guest(chat, "gus"), say()],
    overrides: {
      refusesStoring: () => new ProtocolError("busy", { reason: "disk_full", retryAfter: 60 }),
    },
  },
  {
    code: "internal",
    fr: "erreur du serveur",
    en: "server error",
    act: async (chat) => {
      chat.failNextAppend = true;
      return [await guest(chat, "gus"), say()];
    },
  },
  {
    code: "forbidden",
    fr: "trop de messages attendent bob",
    en: "too many messages wait for bob",
    act: async (chat) => {
      Object.assign(chat.services.limits, { mailMessages: 1 });
      const gus = await guest(chat, "gus");
      await gus.say(say({ subtype: "private", to: "bob" }));
      return [gus, say({ subtype: "private", to: "bob" })];
    },
  },
  {
    code: "bad_request",
    fr: 'Champ "to" : attendu une chaîne, reçu 7',
    en: 'Member "to": expected a string, got 7',
    act: async (chat) => [await guest(chat, "gus"), say({ to: 7 })],
  },
];

function stage(language: Language, overrides: ChatOverrides = {}): FakeChat {
  return makeChat({ max: "1234/moderator", bob: "1234" }, { language, ...overrides });
}

for (const language of ["fr", "en"] as const) {
  for (const { act, code, overrides, ...texts } of CASES) {
    Deno.test(`an old client is told what was not sent, in ${language}: ${texts[language]}`, async () => {
      const chat = stage(language, overrides);
      const [peer, request] = await act(chat);
      chat.turn();
      peer.take();
      await peer.say(request);
      chat.turn();
      const [lines, ...more] = peer.takeWrites();
      assert.deepEqual(more, [], "one write");
      const [error, notice, ...others] = lines!;
      assert.deepEqual(others, []);
      assert.deepEqual([error?.["type"], error?.["code"]], ["error", code]);
      const text = language === "fr"
        ? `Non envoyé (${texts.fr}) : ${REPEATED}`
        : `Not sent (${texts.en}): ${REPEATED}`;
      assert.ok(text.length <= 80, `${text.length} characters`);
      const { timestamp: _, ...rest } = notice!;
      assert.deepEqual(rest, {
        type: "message",
        subtype: "private",
        from: "ClassCord",
        to: request["from"] ?? "gus",
        content: text,
      });
      peer.consumer.ended("client");
      assert.equal(chat.clock.waiting, 0);
    });
  }
}

Deno.test("after a rejected join without text, the client is told that it has not joined", async () => {
  for (
    const [language, text] of [
      ["fr", "Vous n'êtes pas entré (nom réservé)."],
      ["en", "You have not joined (reserved name)."],
    ] as const
  ) {
    const peer = stage(language).connect();
    await peer.say(say({ from: "admin", content: "" }));
    assert.deepEqual(heard(peer), [text]);
  }
});

Deno.test("the first message after a rejected join is reported, even if it follows at once", async () => {
  const peer = stage("fr").connect();
  for (const content of ["", "", TEXT, TEXT]) await peer.say(say({ from: "admin", content }));
  const told = peer.take().filter(({ from }) => from === "ClassCord");
  assert.deepEqual(told.map(({ content }) => content), [
    "Vous n'êtes pas entré (nom réservé).",
    `Non envoyé (nom réservé) : ${REPEATED}`,
  ]);
  peer.consumer.ended("client");
});

Deno.test("a line sent as a message is reported as unsent even if it cannot be parsed", async () => {
  const chat = stage("fr");
  const gus = await guest(chat, "gus");
  for (const type of ["message", "MESSAGE", "private"]) {
    await gus.say({ type, content: 7 });
    const [error, notice] = gus.take();
    assert.equal(error?.["code"], "bad_request");
    assert.equal(
      notice?.["content"],
      'Non envoyé (Champ "content" : attendu une chaîne, reçu 7).',
    );
    chat.clock.pass(UNSENT_MS);
  }
});

Deno.test("a client that uses the additions receives only the error, even if the line shows this by its ref", async () => {
  const chat = stage("fr");
  const newer = chat.connect();
  await newer.say(say({ from: "admin", ref: "1" }));
  assert.deepEqual(newer.take().map(({ type }) => type), ["error"]);
  const gus = await guest(chat, "gus");
  await ask(chat, gus, { type: "ping" });
  await gus.say(say({ to: "nobody" }));
  assert.deepEqual(gus.take().map(({ type }) => type), ["error"]);
});

Deno.test("only messages are reported as unsent, never register, login or other requests", async () => {
  const chat = stage("fr");
  const peer = chat.connect();
  for (
    const request of [
      { type: "register", username: "max", password: "1234" },
      { type: "register", username: "<", password: "1234" },
      { type: "login", username: "max", password: "wrong" },
      { type: "status", state: "away" },
      { type: "users", channel: "#nulle-part" },
      { type: "nonsense" },
    ]
  ) {
    await peer.say(request);
    const lines = peer.take();
    assert.deepEqual(lines.map(({ type }) => type), ["error"], request.type);
  }
});

Deno.test("of many refusals one is reported, and after three seconds the number of the others", async () => {
  const chat = stage("fr");
  Object.assign(chat.services.limits.requests, { perSecond: 10, burst: 40 });
  const gus = await guest(chat, "gus");
  for (let i = 0; i < 60; i++) await gus.say(say({ content: `ligne ${i}` }));
  chat.turn();
  const lines = gus.take();
  const refused = lines.filter(({ code }) => code === "rate_limited").length;
  assert.ok(refused > 10, `${refused} refused`);
  const told = lines.filter(({ from }) => from === "ClassCord").map(({ content }) => content);
  assert.equal(told.length, 1);
  assert.match(String(told[0]), /^Non envoyé \(trop vite, attendez 1 s\) : "ligne \d+"$/);
  chat.clock.pass(UNSENT_MS);
  assert.deepEqual(heard(gus), [
    `Non envoyés (trop vite, attendez 1 s) : ${refused - 1} autres messages`,
  ]);
  chat.clock.pass(10 * UNSENT_MS);
  assert.deepEqual(heard(gus), []);
  assert.equal(chat.clock.waiting, 0);
});

Deno.test("each kind of refusal is reported separately, and a single counted one in full", async () => {
  const chat = stage("en");
  const gus = await guest(chat, "gus");
  const refusals = [
    say({ to: "nobody", content: "one" }),
    say({ channel: "#nowhere", content: "two" }),
    say({ to: "nobody", content: "three" }),
  ];
  for (const request of refusals) await gus.say(request);
  assert.deepEqual(heard(gus), [
    'Not sent (gone or unknown: "nobody"): "one"',
    'Not sent (no channel #nowhere): "two"',
  ]);
  chat.clock.pass(UNSENT_MS);
  assert.deepEqual(heard(gus), ['Not sent (gone or unknown: "nobody"): "three"']);
  gus.consumer.ended("client");
  assert.equal(chat.clock.waiting, 0);
});

Deno.test("a connection that has not joined receives only notices that follow its own errors", async () => {
  const chat = stage("fr");
  const peer = chat.connect();
  for (let i = 0; i < 5; i++) await peer.say(say({ from: "admin" }));
  await peer.say(say({ from: "root" }));
  const told = peer.take().filter(({ type }) => type === "message");
  assert.deepEqual(told.map(({ to }) => to), ["admin", "root"]);
  chat.clock.pass(10 * UNSENT_MS);
  assert.deepEqual(peer.take(), []);
  assert.equal(chat.clock.waiting, 0);
  // Any number of names uses no more memory than this.
  for (let i = 0; i < 200; i++) await peer.say(say({ from: `<${i}>` }));
  assert.ok(chat.clock.waiting <= 50);
});

Deno.test("the repeated name and text are limited in length", async () => {
  const chat = stage("en");
  const gus = await guest(chat, "gus");
  const contents: [string, string][] = [
    ["a\nb\t c", "a b c"],
    ["👩‍💻".repeat(30), "👩‍💻".repeat(6) + "…"],
    ["é".normalize("NFD").repeat(10_000).slice(0, 4_000), "é".normalize("NFD").repeat(10) + "…"],
    ['"quoted" \\ —', '"quoted" \\ —'],
  ];
  for (const [content, repeated] of contents) {
    await gus.say(say({ to: "x".repeat(500), content }));
    const text = String(heard(gus)[0]);
    assert.ok(text.endsWith(`: "${repeated}"`), text);
    assert.ok(text.length <= 80, text);
    chat.clock.pass(UNSENT_MS);
  }
  const peer = chat.connect();
  await peer.say(say({ from: "<".repeat(60_000) }));
  assert.ok(JSON.stringify(peer.take().at(-1)).length < 2_000);
});

Deno.test("a line that is too long is reported before the connection closes", async () => {
  const chat = stage("fr");
  const gus = await guest(chat, "gus");
  const places = { max: 65_536, bytes: 65_600 };
  gus.consumer.overlong(new ProtocolError("line_too_long", { places }));
  assert.deepEqual(heard(gus), ["Non envoyé (trop long : 65600 octets pour 65536)."]);
  assert.ok(gus.closed);
});
