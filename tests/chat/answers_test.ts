// Every request has exactly one reply with its `ref`, in success and in error. Without a `ref`, the replies are as
// the protocol page describes them.
import assert from "node:assert/strict";
import { digestOf } from "../../lib/auth/tokens.ts";
import { GroupStore } from "../../lib/store/groups.ts";
import { ERROR_CODES } from "../../lib/protocol/error_codes.ts";
import { adminSchemas, schemas } from "../../lib/protocol/requests/families.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "./fakes.ts";
import { guest, member } from "./people.ts";

/** A request that succeeds, one that fails, and how many lines answer each without a `ref`. */
interface Case {
  readonly good: Line;
  readonly bad: Line;
  readonly silent?: true;
}

const bob = { user: "bob" };
const dev = { channel: "#dev" };
const TOKEN = "A".repeat(43);
const ROW = { line: 2, name: "zoe", class: "3SLAM", password: "1234" };

const CASES: Record<string, Case> = {
  register: { good: { username: "new", password: "1234" }, bad: { username: "bob" } },
  login: {
    good: { username: "max", password: "1234" },
    bad: { username: "max", password: "wrong" },
  },
  message: { good: { content: "x" }, bad: { content: "x", to: "nobody" }, silent: true },
  status: { good: { state: "away" }, bad: { state: 5 }, silent: true },
  users: { good: {}, bad: { channel: "#nowhere" } },
  password: { good: { old: "1234", new: "5678" }, bad: { old: "wrong", new: "5678" } },
  whoami: { good: {}, bad: {} },
  ping: { good: {}, bad: {} },
  logout: { good: {}, bad: {} },
  join: { good: dev, bad: { channel: "dev" } },
  leave: { good: { channel: "#général" }, bad: dev },
  channels: { good: {}, bad: {} },
  history: { good: {}, bad: { limit: 500 } },
  search: { good: { query: "x" }, bad: {} },
  kick: { good: { ...bob, channel: "#général" }, bad: { user: "nobody" } },
  mute: { good: bob, bad: { user: "nobody" } },
  unmute: { good: { user: "muted" }, bad: bob },
  ban: { good: bob, bad: {} },
  unban: { good: { user: "banned" }, bad: bob },
  bans: { good: {}, bad: {} },
  delete: { good: { id: 1 }, bad: { id: 999 } },
  topic: { good: { channel: "#général", topic: "x" }, bad: { channel: "#nowhere", topic: "x" } },
  announce: { good: { content: "x" }, bad: { content: " " } },
  close_channel: { good: { channel: "#général" }, bad: { channel: "#nowhere" } },
  open_channel: { good: { channel: "#général" }, bad: { channel: "#nowhere" } },
  hello: { good: { tab: "t" }, bad: { features: 5 } },
  resume: { good: { token: TOKEN }, bad: { token: "wrong" } },
  sessions: { good: {}, bad: {} },
  end_session: { good: { id: 1 }, bad: { id: 999 } },
  overview: { good: {}, bad: {} },
  seen: { good: { channel: "#général", id: 1 }, bad: { channel: "#nowhere", id: 1 } },
  people: { good: {}, bad: { channel: "#nowhere" } },
  classes: { good: {}, bad: {} },
  class: { good: { class: "2SLAM" }, bad: { class: "nowhere" } },
  hand: { good: { up: true }, bad: {} },
  hands: { good: {}, bad: {} },
  policy: { good: { private: "staff" }, bad: { private: "some" } },
  report: { good: { id: 1 }, bad: { id: 999 } },
  attendance: { good: {}, bad: { class: "nowhere" } },
  operator: { good: { name: "root" }, bad: { name: "" } },
  clients: { good: {}, bad: { limit: 0 } },
  disconnect: { good: { conn: 2 }, bad: { conn: 999 } },
  reload: { good: {}, bad: {} },
  stats: { good: {}, bad: {} },
  shutdown: { good: {}, bad: { reason: 5 } },
  tail: { good: { events: ["mail"] }, bad: { events: 5 } },
  audit: { good: {}, bad: { limit: 0 } },
  note_export: { good: { action: "user_export", target: "bob" }, bad: { action: "kick" } },
  channel_create: { good: dev, bad: { channel: "#général" } },
  channel_update: { good: { channel: "#général", topic: "x" }, bad: dev },
  channel_delete: { good: { channel: "#old" }, bad: { channel: "#général" } },
  user_list: { good: {}, bad: { limit: 0 } },
  user_show: { good: bob, bad: { user: "nobody" } },
  user_add: { good: { user: "new", password: "1234" }, bad: bob },
  user_sessions: { good: bob, bad: { user: "nobody" } },
  user_end_sessions: { good: bob, bad: { user: "nobody" } },
  user_passwd: { good: { ...bob, password: "5678" }, bad: { user: "nobody", password: "5678" } },
  user_role: { good: { ...bob, role: "moderator" }, bad: { ...bob, role: "king" } },
  user_disable: { good: bob, bad: { user: "nobody" } },
  user_enable: { good: bob, bad: { user: "nobody" } },
  user_delete: { good: bob, bad: { user: "nobody" } },
  user_erase: { good: bob, bad: { user: "nobody" } },
  groups: { good: {}, bad: {} },
  group_show: { good: { group: "2SLAM" }, bad: { group: "nobody" } },
  group_create: { good: { group: "new" }, bad: { group: "2SLAM" } },
  group_delete: { good: { group: "2SLAM" }, bad: { group: "nobody" } },
  group_rename: { good: { group: "2SLAM", name: "3SLAM" }, bad: { group: "2SLAM" } },
  group_add: { good: { group: "2SLAM", users: ["bob"] }, bad: { group: "2SLAM", users: [] } },
  group_remove: { good: { group: "2SLAM", users: ["bob"] }, bad: { group: "2SLAM" } },
  invite: { good: { code: "K7M-2PQ-9X0" }, bad: { code: "wrong" } },
  invite_create: { good: { channel: "#général" }, bad: { uses: 0 } },
  invites: { good: {}, bad: { id: 999 } },
  invite_revoke: { good: { id: 1 }, bad: { id: 999 } },
  registration_open: { good: { network: "10.0.0.0/8" }, bad: { network: "here" } },
  registration_close: { good: {}, bad: { network: "10.0.0.0/8" } },
  registration: { good: {}, bad: {} },
  class_rows: { good: { rows: [ROW] }, bad: { rows: [{ name: "zoe" }] } },
  class_import: { good: { dry_run: true }, bad: {} },
};

/** The members of each reply above in their order, because programs compare bytes. */
const MEMBERS: Record<string, string> = {
  register: "type status ref",
  login: "type status username ref",
  message: "type ref id timestamp",
  status: "type ref timestamp",
  users: "type users states ref",
  password: "type status ref",
  whoami: "type name role channels state channel ref",
  ping: "type ref",
  logout: "type status ref",
  join: "type status channel topic users ref",
  leave: "type status channel ref",
  channels: "type channels ref",
  history: "type channel messages more ref",
  search: "type messages more ref",
  kick: "type status user channel ref",
  mute: "type status user seconds ref",
  unmute: "type status user ref",
  ban: "type status user seconds from ref",
  unban: "type status user ref",
  bans: "type bans ref",
  delete: "type status id ref",
  topic: "type status channel topic ref",
  announce: "type status ref",
  close_channel: "type status channel ref",
  open_channel: "type status channel ref",
  hello:
    "type version features guests registration passwords limits private_messages session_days class_name time ref",
  resume: "type status username role expires ref",
  sessions: "type sessions ref",
  end_session: "type status id ref",
  overview: "type channels conversations ref",
  seen: "type status channel id unread ref",
  people: "type people ref",
  classes: "type classes ref",
  class: "type class people ref",
  hand: "type status user up place ref",
  hands: "type hands ref",
  policy: "type status private ref",
  report: "type status id ref",
  attendance: "type from to people ref",
  operator: "type status name conn ref",
  clients: "type clients total ref",
  disconnect: "type status conn user ref",
  reload: "type status problems warnings changed needs_restart ref",
  stats: "type ref",
  shutdown: "type status ref",
  tail: "type status events ref",
  audit: "type entries ref",
  note_export: "type status ref",
  channel_create: "type status channel topic roles accounts read_only groups ref",
  channel_update: "type status channel topic roles accounts read_only groups ref",
  channel_delete: "type status channel ref",
  user_list: "type users accounts ref",
  user_show: "type status user role disabled created_at last_login_at ref",
  user_add: "type status user role accounts ref",
  user_sessions: "type status user sessions ref",
  user_end_sessions: "type status user ended ref",
  user_passwd: "type status user ref",
  user_role: "type status user role ref",
  user_disable: "type status user ref",
  user_enable: "type status user ref",
  user_delete: "type status user ref",
  user_erase: "type status user ref",
  groups: "type groups ref",
  group_show: "type status group class members ref",
  group_create: "type status group ref",
  group_delete: "type status group ref",
  group_rename: "type status group ref",
  group_add: "type status group users ref",
  group_remove: "type status group users ref",
  invite: "type status guests registers expires ref",
  invite_create:
    "type status id code link state channel register uses used created_by created_at expires ref",
  invites: "type invites ref",
  invite_revoke: "type status id ref",
  registration_open: "type status network until opened_by opened_at ref",
  registration_close: "type status closed ref",
  registration: "type registration windows ref",
  class_rows: "type status rows ref",
  class_import:
    "type status classes new_classes new_groups add move change keep steps disable share " +
    "untouched problems problem_count ref",
};

/** Sets up a chat in which each of the good requests succeeds. */
async function stage(): Promise<{ chat: FakeChat; max: FakePeer; operator: FakePeer }> {
  const chat = makeChat({
    max: "1234/moderator",
    bob: "1234",
    muted: "1234",
    banned: "1234",
  });
  const operator = chat.operate();
  const max = await member(chat, "max");
  const tokenHash = digestOf(TOKEN)!;
  const accountId = chat.accountStore.findByKey("max")!.id;
  const [now, expiresAt] = [chat.time, chat.time + 60_000];
  chat.services.webSessions.create({ accountId, tokenHash, client: "", now, expiresAt });
  chat.services.invites.create({
    id: 1,
    code: "K7M2PQ9X0",
    channel: null,
    registers: true,
    usesMax: 1,
    createdBy: "operator",
    createdAt: now,
    expiresAt,
  });
  new GroupStore(chat.database).create({ name: "2SLAM", key: "2slam", isClass: true, now: 0 });
  const bob = await member(chat, "bob");
  await bob.say({ type: "message", content: "number one" });
  for (
    const request of [
      { type: "channel_create", channel: "#old" },
      { type: "group_create", group: "2SLAM" },
      { type: "class_rows", rows: [ROW] },
      { type: "mute", user: "muted" },
      { type: "ban", user: "banned" },
    ]
  ) await operator.say(request);
  chat.turn();
  for (const peer of [max, operator]) peer.take();
  return { chat, max, operator };
}

// Types of lines that no request asks for.
const UNASKED: ReadonlySet<unknown> = new Set(["status", "event", "message", "system"]);

/** Returns the lines that answer a request. */
async function answers(chat: FakeChat, peer: FakePeer, request: Line): Promise<Line[]> {
  await peer.say(request);
  chat.turn();
  return peer.take().filter(({ type }) => !UNASKED.has(type));
}

// Those about clusters are in `tests/cluster/administration_test.ts`.
const ALL = Object.keys(schemas).filter((type) => !/^cluster(?:_|$)/.test(type));
// These requests cannot fail once the sender has joined.
const NEED_NOTHING = new Set(["whoami", "ping", "logout", "channels", "bans", "reload", "stats"]
  .concat("sessions", "overview", "classes", "hands", "groups", "class_import", "registration"));

Deno.test("every type of request has a test case", () => {
  assert.deepEqual(Object.keys(CASES).sort(), [...ALL].sort());
});

for (const type of ALL) {
  const { good, bad, silent } = CASES[type] ?? { good: {}, bad: {} };
  const isOperators = Object.hasOwn(adminSchemas, type);

  Deno.test(`${type} has one reply with its ref, in success and in error`, async () => {
    const { chat, max, operator } = await stage();
    const peer = isOperators ? operator : max;
    if (!NEED_NOTHING.has(type)) {
      const failed = await answers(chat, peer, { type, ...bad, ref: "bad" });
      assert.equal(failed.length, 1, JSON.stringify(failed));
      assert.deepEqual(
        [failed[0]!["type"], failed[0]!["ref"], failed[0]!["request"]],
        ["error", "bad", type],
      );
    }
    const [answer, ...more] = await answers(chat, peer, { type, ...good, ref: "good" });
    assert.deepEqual(more, []);
    assert.notEqual(answer?.["type"], "error", JSON.stringify(answer));
    assert.equal(answer?.["ref"], "good");
    assert.equal(Object.keys(answer).join(" "), MEMBERS[type]);
    if (silent) assert.equal(answer?.["type"], "ack");
  });

  Deno.test(`${type} without ref is answered ${silent ? "in error only" : "once"}`, async () => {
    const { chat, max, operator } = await stage();
    const peer = isOperators ? operator : max;
    if (!NEED_NOTHING.has(type)) {
      const failed = await answers(chat, peer, { type, ...bad });
      assert.deepEqual(failed.map(({ type, request }) => [type, request]), [["error", type]]);
      assert.ok(!("ref" in failed[0]!));
    }
    const done = await answers(chat, peer, { type, ...good });
    assert.equal(done.length, silent ? 0 : 1, JSON.stringify(done));
    assert.ok(done.every((line) => line["type"] !== "error" && !("ref" in line)));
  });

  Deno.test(`${type} has one reply with its ref before joining`, async () => {
    const { chat } = await stage();
    const peer = chat.connect();
    const lines = await answers(chat, peer, { type, ...good, ref: "r" });
    assert.deepEqual(lines.map(({ ref }) => ref), ["r"], JSON.stringify(lines));
    if (lines[0]!["type"] === "error") {
      assert.ok((ERROR_CODES as readonly unknown[]).includes(lines[0]!["code"]));
      assert.equal(lines[0]!["request"], type);
    }
  });
}

Deno.test("a message that only joins, a command, and a failed command each have one ack", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  for (const content of ["", " \n\t\u00a0", "/whoami", "/nonsense", "/join", "/me waves"]) {
    await gus.say({ type: "message", content, ref: "r" });
    chat.turn();
    const lines = gus.take().filter(({ ref }) => ref === "r");
    assert.deepEqual(lines.map(({ type }) => type), ["ack"], content);
    await gus.say({ type: "message", content });
    chat.turn();
    assert.deepEqual(gus.take().filter(({ type }) => type === "ack"), [], content);
  }
});

Deno.test("a message that cannot be stored or exceeds the rate is rejected with its ref and type", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  chat.failNextAppend = true;
  await gus.say({ type: "Message", content: "x", ref: "1" });
  chat.turn();
  const [lost] = gus.take();
  assert.deepEqual(
    [lost?.["code"], lost?.["reason"], lost?.["request"], lost?.["ref"]],
    ["internal", "not_stored", "Message", "1"],
  );
  const busy = makeChat({}, {
    limits: { ...chat.services.limits, requests: { perSecond: 1, burst: 1 } },
  });
  const eve = busy.connect();
  for (let n = 0; n < 4; n++) await eve.say({ type: "PING", ref: String(n) });
  const refused = eve.take().filter(({ code }) => code === "rate_limited");
  assert.ok(refused.length > 0);
  for (const { request, ref } of refused) assert.ok(request === "PING" && ref !== undefined);
});

Deno.test("a bug in a handler is answered with the ref and type of the request", async () => {
  const chat = makeChat();
  const gus = await guest(chat, "gus");
  chat.services.roster.list = () => {
    throw new Error("a bug");
  };
  await gus.say({ type: "who", ref: "r" });
  const [answer] = gus.take();
  assert.deepEqual(
    [answer?.["code"], answer?.["request"], answer?.["ref"]],
    ["internal", "who", "r"],
  );
});
