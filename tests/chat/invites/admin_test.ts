// Tests of what operators do with invitations and with times of open registration.
import assert from "node:assert/strict";
import { makeChat } from "../fakes.ts";
import type { Line } from "../fakes.ts";
import { ask, outcome } from "../people.ts";
import { invite, operate, usesOf } from "./support.ts";

const account = (username: string) => ({ type: "register", username, password: "1234" });

Deno.test("an invitation is created, listed, revoked and audited, without its code in log or audit", async () => {
  const chat = makeChat();
  const members = { uses: 30, expires: "2h", channel: "#général", register: true };
  const created = await operate(chat, { type: "invite_create", ...members });
  const { code, link, ...rest } = created;
  assert.deepEqual(rest, {
    type: "invite_create",
    status: "ok",
    id: 1,
    state: "open",
    channel: "#général",
    register: true,
    uses: 30,
    used: 0,
    created_by: "operator:prof",
    created_at: "2026-11-22T00:00:00.000Z",
    expires: "2026-11-22T02:00:00.000Z",
  });
  assert.ok(String(link).endsWith(`/j/${code}`), String(link));
  const second = await invite(chat, { expires: 60 });
  const { invites } = await operate(chat, { type: "invites" });
  assert.deepEqual((invites as Line[]).map(({ id }) => id), [second.id, 1]);
  const revoked = await operate(chat, { type: "invite_revoke", id: 1 });
  assert.deepEqual(revoked, { type: "invite_revoke", status: "ok", id: 1 });
  const [row] = (await operate(chat, { type: "invites", id: 1 }))["invites"] as Line[];
  assert.deepEqual([row?.["state"], row?.["code"], row?.["link"]], [
    "revoked",
    undefined,
    undefined,
  ]);
  const { entries } = await operate(chat, { type: "audit" });
  const told = (entries as Line[]).map(({ action, target, channel, detail }) =>
    [action, target, channel, detail].join("|")
  );
  assert.deepEqual(told, [
    "invite_revoke|1|#général|",
    "invite_create|2||until 2026-11-22T00:01:00.000Z; 1 use",
    "invite_create|1|#général|until 2026-11-22T02:00:00.000Z; 30 uses, registers",
  ]);
  const bare = String(code).replaceAll("-", "");
  assert.doesNotMatch(JSON.stringify(entries).replaceAll("-", ""), new RegExp(bare));
  assert.doesNotMatch(JSON.stringify(chat.events).replaceAll("-", ""), new RegExp(bare));
});

Deno.test("an invitation has one use and an hour unless its operator says otherwise", async () => {
  const chat = makeChat();
  const created = await operate(chat, { type: "invite_create" });
  assert.deepEqual([created["uses"], created["register"], created["expires"]], [
    1,
    false,
    "2026-11-22T01:00:00.000Z",
  ]);
});

Deno.test("invitations with impossible values are refused, and change nothing", async () => {
  const chat = makeChat();
  const bad: Line[] = [
    { uses: 0 },
    { uses: 1_001 },
    { uses: 1.5 },
    { uses: "3" },
    { expires: 0 },
    { expires: "0" },
    { expires: 90 * 86_400 + 1 },
    { expires: "91d" },
    { expires: "soon" },
    { expires: -1 },
    { channel: "dev" },
  ];
  for (const members of bad) {
    const reply = await operate(chat, { type: "invite_create", ...members });
    assert.deepEqual([reply["code"], reply["reason"]], ["bad_request", "member"], `${members}`);
  }
  const missing = await operate(chat, { type: "invite_create", channel: "#dev" });
  assert.equal(missing["code"], "unknown_channel");
  const none = await operate(chat, { type: "invite_revoke", id: 7 });
  assert.deepEqual([none["code"], none["reason"]], ["bad_request", "no_invite"]);
  assert.deepEqual((await operate(chat, { type: "invites" }))["invites"], []);
  assert.deepEqual((await operate(chat, { type: "audit" }))["entries"], []);
});

Deno.test("at most 500 invitations are open at the same time", async () => {
  const chat = makeChat();
  const { id } = await invite(chat);
  for (let count = 1; count < 500; count++) await invite(chat);
  const refused = await operate(chat, { type: "invite_create" });
  assert.deepEqual([refused["code"], refused["reason"]], ["bad_request", "too_many_invites"]);
  await operate(chat, { type: "invite_revoke", id });
  await invite(chat);
  chat.time += 3_600_000;
  await invite(chat);
  assert.deepEqual(await usesOf(chat, id), [0, "revoked"]);
});

Deno.test("members, moderators and guests cannot manage invitations or registration", async () => {
  const chat = makeChat({ max: "1234/moderator" });
  const max = chat.connect();
  await ask(chat, max, { type: "login", username: "max", password: "1234" });
  for (const peer of [max, chat.connect()]) {
    for (const type of ["invite_create", "invites", "registration_open", "registration"]) {
      assert.equal(outcome(await ask(chat, peer, { type })), "unknown_type");
    }
  }
  assert.deepEqual((await operate(chat, { type: "invites" }))["invites"], []);
});

Deno.test("where the admin socket may not manage accounts, it opens no way to create some", async () => {
  const chat = makeChat({}, { accountAdmin: false });
  for (const type of ["invite_create", "invites", "registration_open", "registration"]) {
    assert.equal((await operate(chat, { type }))["reason"], "accounts_closed");
  }
});

Deno.test("a window opens registration for its network until its end, for clients of any age", async () => {
  const chat = makeChat({}, { registration: false });
  const inside = () => chat.connect("10.1.2.3");
  assert.equal((await ask(chat, inside(), account("a")))["reason"], "registration_closed");
  const opened = await operate(chat, {
    type: "registration_open",
    for: "30m",
    network: "10.1.2.3/8",
  });
  assert.deepEqual(opened, {
    type: "registration_open",
    status: "ok",
    network: "10.0.0.0/8",
    until: "2026-11-22T00:30:00.000Z",
    opened_by: "operator:prof",
    opened_at: "2026-11-22T00:00:00.000Z",
  });
  // An old client: no ref, no hello.
  const old = inside();
  await old.say(account("a"));
  assert.deepEqual(old.take(), [{ type: "register", status: "ok" }]);
  const outside = await ask(chat, chat.connect("192.168.1.9"), account("b"));
  assert.equal(outside["reason"], "registration_closed");
  const hello = async (address: string) =>
    (await ask(chat, chat.connect(address), { type: "hello" }))["registration"];
  assert.deepEqual([await hello("10.9.9.9"), await hello("192.168.1.9")], [true, false]);
  chat.time += 30 * 60_000 - 1;
  assert.equal(outcome(await ask(chat, inside(), account("c"))), "ok");
  chat.time += 1;
  assert.equal((await ask(chat, inside(), account("d")))["reason"], "registration_closed");
  assert.equal(await hello("10.9.9.9"), false);
  assert.deepEqual((await operate(chat, { type: "registration" }))["windows"], []);
});

Deno.test("a window that ends while the password is hashed creates no account", async () => {
  const chat = makeChat({}, { registration: false });
  await operate(chat, { type: "registration_open", for: 60 });
  chat.hashing.work = () => chat.time += 60_000;
  const reply = await ask(chat, chat.connect(), account("a"));
  assert.equal(reply["reason"], "registration_closed");
  assert.equal(chat.accountStore.count(), 0);
});

Deno.test("windows are listed, replaced, closed one by one or all together, and audited", async () => {
  const chat = makeChat({}, { registration: "invite" });
  const open = (members: Line) => operate(chat, { type: "registration_open", ...members });
  await open({ for: 60 });
  await open({ for: 120, network: "2001:db8::/32" });
  await open({ for: 90, network: "10.0.0.0/8" });
  await open({ for: 300, network: "::ffff:10.0.0.0/104" });
  const status = await operate(chat, { type: "registration" });
  const rows = status["windows"] as Line[];
  assert.equal(status["registration"], "invite");
  assert.deepEqual(rows.map(({ network, until }) => [network, until]), [
    [undefined, "2026-11-22T00:01:00.000Z"],
    ["2001:db8::/32", "2026-11-22T00:02:00.000Z"],
    ["10.0.0.0/8", "2026-11-22T00:05:00.000Z"],
  ]);
  const close = (network?: string) => operate(chat, { type: "registration_close", network });
  assert.deepEqual(await close("10.1.1.1/8"), {
    type: "registration_close",
    status: "ok",
    network: "10.0.0.0/8",
    closed: 1,
  });
  assert.equal((await close("10.0.0.0/8"))["reason"], "no_window");
  assert.equal((await close("everyone"))["reason"], "network");
  assert.equal((await open({ network: "10.0.0.0/33" }))["reason"], "network");
  assert.equal((await open({ for: 0 }))["code"], "bad_request");
  assert.equal((await close())["closed"], 2);
  assert.equal((await close())["closed"], 0);
  const closed = await ask(chat, chat.connect(), account("a"));
  assert.equal(closed["reason"], "registration_invited");
  const { entries } = await operate(chat, { type: "audit" });
  const told = (entries as Line[]).map(({ action, target }) => [action, target].join("|"));
  assert.deepEqual(told.slice(-4), [
    "registration_open|10.0.0.0/8",
    "registration_open|10.0.0.0/8",
    "registration_open|2001:db8::/32",
    "registration_open|",
  ]);
});

Deno.test("at most 100 windows are open at the same time, and the same network can be opened again", async () => {
  const chat = makeChat();
  const open = (network: string) => operate(chat, { type: "registration_open", network });
  for (let count = 0; count < 100; count++) await open(`10.0.0.${count}`);
  assert.equal((await open("10.0.1.0"))["reason"], "too_many_windows");
  assert.equal((await open("10.0.0.7"))["status"], "ok");
});
