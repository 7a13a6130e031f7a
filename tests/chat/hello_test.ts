// Tests of `hello`, in which a client describes itself and learns about the server, and of `people`.
import assert from "node:assert/strict";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { VERSION } from "../../lib/version.ts";
import { makeChat } from "./fakes.ts";
import { openPage, signIn } from "./pages.ts";
import { ask, exchange, guest, member, outcome } from "./people.ts";

Deno.test("hello returns the properties and limits of the server before the client joins", async () => {
  const chat = makeChat();
  const peer = chat.connect();
  assert.deepEqual(await ask(chat, peer, { type: "hello" }), {
    type: "hello",
    version: VERSION,
    features: ["seen", "session", "hands", "policy", "reports"],
    guests: true,
    registration: true,
    passwords: "ok",
    limits: {
      line_bytes: 65536,
      content_bytes: 8192,
      password_min: 4,
      history: 200,
      search: 50,
    },
    private_messages: "all",
    session_days: 30,
    class_name: "",
    time: "2026-11-22T00:00:00.000Z",
  });
  assert.equal((await ask(chat, peer, { type: "overview" }))["code"], "login_required");
});

Deno.test("hello says that passwords require TLS, and on which port", async () => {
  const chat = makeChat({}, {
    guests: false,
    registration: false,
    refusesPassword: () => new ProtocolError("forbidden", { reason: "clear_password" }),
    greeting: () => ({ version: "1", passwordMin: 8, tlsPort: 12346 }),
  });
  const reply = await ask(chat, chat.connect(), { type: "hello" });
  const { passwords, tls_port, registration, guests } = reply;
  assert.deepEqual([passwords, tls_port, registration, guests], ["tls", 12346, false, false]);
});

Deno.test("hello stores short values and rejects long ones", async () => {
  const chat = makeChat();
  const peer = chat.connect();
  const [session] = chat.services.sessions;
  const huge = [
    { client: "x".repeat(65) },
    { client: "\u0301".repeat(30_000) },
    { tab: "x".repeat(65) },
    { tab: 7 },
    { features: Array.from({ length: 33 }, () => "seen") },
    { features: ["x".repeat(33)] },
    { features: [7] },
    { features: "seen" },
  ];
  for (const members of huge) {
    const { code, reason } = await ask(chat, peer, { type: "hello", ...members });
    assert.deepEqual([code, reason], ["bad_request", "member"], JSON.stringify(members));
    assert.equal(session?.hello, undefined);
  }
  const hello = {
    type: "hello",
    client: " Firefox\n\t120 ",
    tab: null,
    features: ["later", "seen"],
  };
  assert.equal(outcome(await ask(chat, peer, hello)), "hello");
  assert.deepEqual(session?.hello, {
    client: "Firefox 120",
    tab: undefined,
    features: new Set(["seen"]),
  });
  await ask(chat, peer, { type: "hello", tab: "é".repeat(64) });
  assert.deepEqual(session?.hello?.features, new Set());
});

Deno.test("without hello, the error for an unknown type lists only the requests from before hello existed", async () => {
  const chat = makeChat({ ada: "1234" });
  const peer = await member(chat, "ada");
  const before = await ask(chat, peer, { type: "teleport" });
  assert.doesNotMatch(String(before["message"]), /hello|resume|sessions|overview|seen|people/);
  const page = await openPage(chat);
  const after = await ask(chat, page, { type: "teleport" });
  assert.match(String(after["message"]), /hello, resume, sessions, end_session, overview, seen/);
});

Deno.test("the reply to a login has a token only if `session` is true", async () => {
  const chat = makeChat({ ada: "1234" });
  const peer = await openPage(chat);
  const login = { type: "login", username: "ada", password: "1234" };
  for (const session of [undefined, null, false, "true", 1, {}]) {
    assert.deepEqual(await exchange(chat, peer, { ...login, session }), [
      { type: "login", status: "ok", username: "ada" },
    ]);
  }
  assert.deepEqual((await ask(chat, peer, { type: "sessions" }))["sessions"], []);
});

Deno.test("people lists names, roles and states, and only moderators see who is muted", async () => {
  const chat = makeChat({ max: "1234/moderator", ada: "1234/admin", bob: "1234" });
  const [max, bob, ada] = [
    await member(chat, "max"),
    await member(chat, "bob"),
    await member(chat, "ada"),
  ];
  const [gus, zoe] = [await guest(chat, "gus"), await guest(chat, "Zoé")];
  await ask(chat, gus, { type: "status", state: "away" });
  await ask(chat, zoe, { type: "status", state: "Invisible" });
  await ask(chat, max, { type: "mute", user: "bob", seconds: 60 });
  await ask(chat, max, { type: "mute", user: "gus", seconds: 0 });
  const person = (name: string, role: string, state = "online") => ({ name, role, state });
  const others = [person("ada", "admin"), person("bob", "member"), person("gus", "guest", "away")];
  assert.deepEqual((await ask(chat, bob, { type: "people" }))["people"], [
    ...others,
    person("max", "moderator"),
  ]);
  const seen = await ask(chat, max, { type: "people" });
  assert.deepEqual(seen["people"], [
    others[0],
    { ...others[1], muted_until: "2026-11-22T00:01:00.000Z" },
    { ...others[2], muted_until: null },
    person("max", "moderator"),
  ]);
  // A user is on its own list. The mute of bob has expired.
  chat.time += 60_000;
  assert.deepEqual(
    (await ask(chat, zoe, { type: "people" }))["people"],
    [...others, person("max", "moderator"), person("Zoé", "guest", "Invisible")],
  );
  const later = (await ask(chat, max, { type: "people", after: "ADA" }))["people"];
  assert.deepEqual((later as unknown[])[0], others[1]);
  await ask(chat, ada, { type: "join", channel: "#dev" });
  const here = await ask(chat, ada, { type: "people", channel: "#dev" });
  assert.deepEqual(here, { type: "people", channel: "#dev", people: [person("ada", "admin")] });
  assert.equal(outcome(await ask(chat, chat.connect(), { type: "people" })), "login_required");
});

Deno.test("people returns pages if not all users fit, and lists each user once", async () => {
  const chat = makeChat({ ada: "1234" });
  Object.assign(chat.services.limits, { replyBytes: 300 });
  const { peer } = await signIn(chat, "ada");
  for (let i = 0; i < 20; i++) await guest(chat, `gus${i}`);
  const names: unknown[] = [];
  let pages = 0;
  let isMore = true;
  while (isMore) {
    const { people, more } = await ask(chat, peer, { type: "people", after: names.at(-1) });
    names.push(...(people as { name: string }[]).map(({ name }) => name));
    isMore = more === true;
    pages++;
  }
  assert.ok(pages > 2);
  assert.deepEqual(names, chat.services.roster.sorted.map(({ name }) => name));
});
