// Tests of invitations as guests and accounts use them: what they permit, and that each use is counted once.
import assert from "node:assert/strict";
import { ProtocolError } from "../../../lib/protocol/errors.ts";
import { type FakeChat, makeChat } from "../fakes.ts";
import { hangUp, openPage } from "../pages.ts";
import { ask, exchange, outcome } from "../people.ts";
import { channelsOf, holding, invite, joinAs, operate, restrictDev, usesOf } from "./support.ts";

const BY_INVITE = { guests: "invite", registration: "invite" } as const;

function account(username: string, members = {}) {
  return { type: "register", username, password: "1234", ...members };
}

Deno.test("invite says what an invitation is for, and counts nothing", async () => {
  const chat = makeChat({}, BY_INVITE);
  await restrictDev(chat);
  const { id, code } = await invite(chat, { uses: 30, channel: "#dev", register: true });
  assert.match(code, /^[0-9B-Z]{3}-[0-9B-Z]{3}-[0-9B-Z]{3}$/);
  const peer = chat.connect();
  assert.deepEqual(await ask(chat, peer, { type: "invite", code }), {
    type: "invite",
    status: "ok",
    channel: "#dev",
    guests: true,
    registers: true,
    expires: "2026-11-22T01:00:00.000Z",
  });
  assert.deepEqual(await usesOf(chat, id), [0, "open"]);
});

Deno.test("a guest needs an invitation where auth.guests is invite, and each join is one use", async () => {
  const chat = makeChat({}, BY_INVITE);
  const { id, code } = await invite(chat, { uses: 2 });
  const stranger = await joinAs(chat, chat.connect(), "zoe");
  assert.deepEqual([stranger["code"], stranger["reason"]], ["login_required", "guests_invited"]);
  const results = [];
  for (const name of ["zoe", "tom", "lea"]) {
    const peer = chat.connect();
    const shown = await ask(chat, peer, { type: "invite", code: code.toLowerCase() });
    results.push(outcome(shown), outcome(await joinAs(chat, peer, name)));
  }
  assert.deepEqual(results, ["ok", "ack", "ok", "ack", "bad_invite", "login_required"]);
  assert.deepEqual(await usesOf(chat, id), [2, "used"]);
});

Deno.test("a message of a guest with an invitation says what the first one did, and later ones are no uses", async () => {
  const chat = makeChat({}, BY_INVITE);
  const { id, code } = await invite(chat, { uses: 5 });
  const peer = await holding(chat, code);
  for (const content of ["a", "b", "c"]) {
    assert.equal(outcome(await ask(chat, peer, { type: "message", from: "zoe", content })), "ack");
  }
  assert.deepEqual(await usesOf(chat, id), [1, "open"]);
});

Deno.test("a guest whose name is refused uses nothing", async () => {
  const chat = makeChat({ ada: "1234" }, BY_INVITE);
  const { id, code } = await invite(chat);
  const peer = await holding(chat, code);
  await operate(chat, { type: "ban", user: "ada" });
  for (const name of ["admin", "ADA", "a\u202eb"]) {
    assert.notEqual(outcome(await joinAs(chat, peer, name)), "ack", name);
  }
  assert.deepEqual(await usesOf(chat, id), [0, "open"]);
  assert.equal(outcome(await joinAs(chat, peer, "zoe")), "ack");
  assert.deepEqual(await usesOf(chat, id), [1, "used"]);
});

Deno.test("two guests who hold the last use of an invitation do not both join", async () => {
  const chat = makeChat({}, BY_INVITE);
  const { id, code } = await invite(chat);
  const [first, second] = [await holding(chat, code), await holding(chat, code)];
  assert.equal(outcome(await joinAs(chat, first, "zoe")), "ack");
  assert.equal(outcome(await joinAs(chat, second, "tom")), "bad_invite");
  assert.equal(chat.services.roster.size, 1);
  assert.deepEqual(await usesOf(chat, id), [1, "used"]);
});

Deno.test("a guest with an invitation is in its restricted channel until the guest is gone", async () => {
  const chat = makeChat({ max: "1234/moderator" }, { guests: true });
  await restrictDev(chat);
  const { code } = await invite(chat, { uses: 1, channel: "#dev" });
  const zoe = await holding(chat, code);
  const joined = { type: "message", from: "zoe", content: "salut" };
  assert.equal(outcome(await ask(chat, zoe, joined)), "ack");
  assert.deepEqual(await channelsOf(chat, zoe), ["#général", "#dev"]);
  const { messages } = await ask(chat, zoe, { type: "history", channel: "#dev" });
  assert.deepEqual((messages as { content: string }[]).map(({ content }) => content), ["salut"]);
  await ask(chat, zoe, { type: "leave", channel: "#dev" });
  assert.equal(outcome(await ask(chat, zoe, { type: "join", channel: "#dev" })), "ok");
  await ask(chat, zoe, { type: "logout" });
  const other = chat.connect();
  assert.equal(outcome(await joinAs(chat, other, "zoe")), "ack");
  assert.equal(outcome(await ask(chat, other, { type: "join", channel: "#dev" })), "forbidden");
});

Deno.test("a guest who comes back with a token is still admitted, without another use", async () => {
  const chat = makeChat({}, BY_INVITE);
  await restrictDev(chat);
  const { id, code } = await invite(chat, { channel: "#dev" });
  const page = await openPage(chat);
  await ask(chat, page, { type: "invite", code });
  const { token } = await joinAs(chat, page, "zoe");
  hangUp(chat, page);
  chat.clock.pass(10_000);
  const again = await openPage(chat);
  assert.equal(outcome(await ask(chat, again, { type: "resume", token })), "ok");
  assert.equal(outcome(await ask(chat, again, { type: "join", channel: "#dev" })), "ok");
  assert.deepEqual(await usesOf(chat, id), [1, "used"]);
});

Deno.test("an invitation that registers creates an account, and one for guests does not", async () => {
  const chat = makeChat({}, BY_INVITE);
  const none = await ask(chat, chat.connect(), account("zoe"));
  assert.deepEqual([none["code"], none["reason"]], ["forbidden", "registration_invited"]);
  const guests = await invite(chat, { uses: 5 });
  const refused = await ask(chat, await holding(chat, guests.code), account("zoe"));
  assert.deepEqual([refused["code"], refused["reason"]], ["forbidden", "invite_for_guests"]);
  const { id, code } = await invite(chat, { uses: 2, register: true });
  assert.equal(outcome(await ask(chat, await holding(chat, code), account("zoe"))), "ok");
  assert.equal(outcome(await ask(chat, chat.connect(), account("tom", { invite: code }))), "ok");
  const late = await ask(chat, chat.connect(), account("lea", { invite: code }));
  assert.equal(outcome(late), "bad_invite");
  assert.deepEqual(await usesOf(chat, id), [2, "used"]);
  assert.deepEqual(await usesOf(chat, guests.id), [0, "open"]);
});

Deno.test("60 simultaneous registrations with 30 uses create 30 accounts", async () => {
  const chat = makeChat({}, BY_INVITE);
  const { id, code } = await invite(chat, { uses: 30, register: true });
  const peers = await Promise.all(Array.from({ length: 60 }, () => holding(chat, code)));
  await Promise.all(peers.map((peer, number) => peer.say(account(`p${number}`))));
  chat.turn();
  const results = peers.map((peer) => outcome(peer.take()[0]!));
  assert.equal(results.filter((result) => result === "ok").length, 30);
  assert.equal(results.filter((result) => result === "bad_invite").length, 30);
  assert.equal(chat.accountStore.count(), 30);
  assert.deepEqual(await usesOf(chat, id), [30, "used"]);
});

Deno.test("a registration that fails uses nothing, also if the name is taken while the password is hashed", async () => {
  const chat = makeChat({ ada: "1234" }, BY_INVITE);
  const { id, code } = await invite(chat, { uses: 3, register: true });
  const peer = await holding(chat, code);
  for (const members of [{ username: "ada" }, { username: "root" }, { password: "1" }]) {
    assert.notEqual(outcome(await ask(chat, peer, account("zoe", members))), "ok");
  }
  const rival = await holding(chat, code);
  await Promise.all([peer.say(account("zoe")), rival.say(account("zoe"))]);
  chat.turn();
  const results = [peer, rival].map((each) => outcome(each.take()[0]!));
  assert.deepEqual(results.sort(), ["ok", "username_taken"]);
  assert.deepEqual(await usesOf(chat, id), [1, "open"]);
});

Deno.test("a registration and the login after it are one use, and the channel admits the account for good", async () => {
  const chat = makeChat({}, BY_INVITE);
  await restrictDev(chat);
  const { id, code } = await invite(chat, { register: true, channel: "#dev" });
  const peer = await holding(chat, code);
  await ask(chat, peer, account("zoe"));
  const login = { type: "login", username: "zoe", password: "1234" };
  assert.deepEqual(await ask(chat, peer, login), {
    type: "login",
    status: "ok",
    username: "zoe",
    channel: "#dev",
  });
  assert.deepEqual(await channelsOf(chat, peer), ["#général", "#dev"]);
  assert.deepEqual(await usesOf(chat, id), [1, "used"]);
  await ask(chat, peer, { type: "logout" });
  const later = chat.connect();
  assert.equal((await ask(chat, later, login))["channel"], undefined);
  assert.deepEqual(await channelsOf(chat, later), ["#général", "#dev"]);
});

Deno.test("an account that is not admitted uses the invitation once, by logging in or by joining the channel", async () => {
  const chat = makeChat({ bob: "1234", eve: "1234", max: "1234/moderator" });
  await restrictDev(chat);
  const { id, code } = await invite(chat, { uses: 5, channel: "#dev" });
  const log = (username: string) => ({ type: "login", username, password: "1234" });
  const bob = await holding(chat, code);
  assert.equal((await ask(chat, bob, log("bob")))["channel"], "#dev");
  assert.deepEqual(await usesOf(chat, id), [1, "open"]);
  const again = await holding(chat, code);
  assert.equal((await ask(chat, again, log("bob")))["channel"], "#dev");
  const max = await holding(chat, code);
  assert.equal((await ask(chat, max, log("max")))["channel"], "#dev");
  assert.deepEqual(await usesOf(chat, id), [1, "open"], "who is admitted uses nothing");
  const eve = chat.connect();
  await ask(chat, eve, log("eve"));
  assert.equal(outcome(await ask(chat, eve, { type: "join", channel: "#dev" })), "forbidden");
  assert.equal(outcome(await ask(chat, eve, { type: "invite", code })), "ok");
  assert.deepEqual(await usesOf(chat, id), [1, "open"]);
  assert.equal(outcome(await ask(chat, eve, { type: "join", channel: "#dev" })), "ok");
  assert.deepEqual(await usesOf(chat, id), [2, "open"]);
});

Deno.test("a page that comes back with its token is led to the channel of the invitation", async () => {
  const chat = makeChat({ bob: "1234" });
  await restrictDev(chat);
  const { id, code } = await invite(chat, { uses: 5, channel: "#dev" });
  const first = await openPage(chat);
  const login = { type: "login", username: "bob", password: "1234", session: true };
  const { token } = await ask(chat, first, login);
  const page = await openPage(chat);
  await ask(chat, page, { type: "invite", code });
  const resumed = await ask(chat, page, { type: "resume", token });
  assert.deepEqual([resumed["status"], resumed["channel"]], ["ok", "#dev"]);
  assert.deepEqual(await usesOf(chat, id), [1, "open"]);
});

Deno.test("an invitation that ends after it was shown lets nobody in", async () => {
  for (const end of ["expired", "revoked"]) {
    const chat = makeChat({ bob: "1234" }, BY_INVITE);
    await restrictDev(chat);
    const { id, code } = await invite(chat, { uses: 9, register: true, channel: "#dev" });
    const peers = [];
    for (let number = 0; number < 3; number++) peers.push(await holding(chat, code));
    if (end === "expired") chat.time += 3_600_000;
    else await operate(chat, { type: "invite_revoke", id });
    const [guest, pupil, bob] = peers;
    assert.equal(outcome(await joinAs(chat, guest!, "zoe")), "bad_invite", end);
    assert.equal(outcome(await ask(chat, pupil!, account("tom"))), "bad_invite", end);
    const login = { type: "login", username: "bob", password: "1234" };
    assert.equal((await ask(chat, bob!, login))["channel"], undefined, end);
    assert.deepEqual(await channelsOf(chat, bob!), ["#général"]);
    assert.deepEqual(await usesOf(chat, id), [0, end]);
  }
});

Deno.test("an invitation permits nothing that the settings forbid", async () => {
  const chat = makeChat({}, { guests: false, registration: false });
  const { id, code } = await invite(chat, { uses: 5, register: true });
  const peer = chat.connect();
  const { guests, registers } = await ask(chat, peer, { type: "invite", code });
  assert.deepEqual([guests, registers], [false, false]);
  assert.equal((await joinAs(chat, peer, "zoe"))["reason"], "guests_refused");
  assert.equal((await ask(chat, peer, account("zoe")))["reason"], "registration_closed");
  assert.deepEqual(await usesOf(chat, id), [0, "open"]);
});

Deno.test("where everybody may register, an account counts as a use only with an invitation", async () => {
  const chat = makeChat();
  const { id, code } = await invite(chat, { uses: 5, register: true });
  assert.equal(outcome(await ask(chat, chat.connect(), account("zoe"))), "ok");
  assert.equal(outcome(await ask(chat, chat.connect(), account("tom", { invite: code }))), "ok");
  // An old client may send any value.
  assert.equal(outcome(await ask(chat, chat.connect(), account("lea", { invite: 7 }))), "ok");
  assert.equal(outcome(await ask(chat, chat.connect(), account("eva", { invite: null }))), "ok");
  assert.equal(
    outcome(await ask(chat, chat.connect(), account("max", { invite: "nope" }))),
    "bad_invite",
  );
  assert.deepEqual(await usesOf(chat, id), [1, "open"]);
});

Deno.test("a closed channel does not keep the user of an invitation from chatting elsewhere", async () => {
  const chat = makeChat({ max: "1234/moderator" }, BY_INVITE);
  await restrictDev(chat);
  await operate(chat, { type: "close_channel", channel: "#dev" });
  const { code } = await invite(chat, { channel: "#dev" });
  const peer = await holding(chat, code);
  assert.equal(outcome(await joinAs(chat, peer, "zoe")), "ack");
  assert.deepEqual(await channelsOf(chat, peer), ["#général"]);
  await operate(chat, { type: "open_channel", channel: "#dev" });
  assert.equal(outcome(await ask(chat, peer, { type: "join", channel: "#dev" })), "ok");
});

Deno.test("accounts that an invitation admitted stay when the configuration is applied again", async () => {
  const chat = makeChat({ bob: "1234", eve: "1234" });
  const configured = { name: "#dev", roles: ["moderator" as const], accounts: [], readOnly: false };
  chat.services.channels.configure([configured], 0);
  const { code } = await invite(chat, { uses: 5, channel: "#dev" });
  const bob = await holding(chat, code);
  await ask(chat, bob, { type: "login", username: "bob", password: "1234" });
  const admitted = () => chat.services.channels.named("#dev")!.channel.accounts;
  chat.services.channels.configure([{ ...configured, accounts: ["eve"] }], 0);
  assert.deepEqual(admitted(), ["eve", "bob"]);
  await operate(chat, { type: "channel_update", channel: "#dev", accounts: [] });
  chat.services.channels.configure([configured], 0);
  assert.deepEqual(admitted(), [], "an operator has removed the account");
  await operate(chat, { type: "channel_update", channel: "#dev", accounts: ["bob"] });
  chat.services.channels.configure([{ ...configured, roles: [] }], 0);
  assert.deepEqual(admitted(), [], "the configuration opens the channel to everyone");
});

Deno.test("a channel that is deleted takes its invitations with it", async () => {
  const chat = makeChat({}, BY_INVITE);
  await restrictDev(chat);
  const { id, code } = await invite(chat, { channel: "#dev" });
  const peer = await holding(chat, code);
  await operate(chat, { type: "channel_delete", channel: "#dev" });
  await restrictDev(chat);
  assert.deepEqual(await usesOf(chat, id), [0, "revoked"]);
  assert.equal(outcome(await joinAs(chat, peer, "zoe")), "bad_invite");
});

Deno.test("a connection that has not joined reads nothing of the channel of its invitation", async () => {
  const chat = makeChat({}, BY_INVITE);
  await restrictDev(chat);
  const { code } = await invite(chat, { channel: "#dev" });
  const peer = await holding(chat, code);
  for (const type of ["history", "users", "join"]) {
    const reply = await ask(chat, peer, { type, channel: "#dev" });
    assert.ok(["forbidden", "login_required"].includes(String(reply["code"])), type);
  }
});

Deno.test("nobody joins with an invitation while nothing can be stored", async () => {
  const chat = makeChat({}, BY_INVITE);
  const { id, code } = await invite(chat);
  const peer = await holding(chat, code);
  const full = diskFull(chat);
  assert.equal(outcome(await joinAs(chat, peer, "zoe")), "busy");
  full.end();
  assert.equal(outcome(await joinAs(chat, peer, "zoe")), "ack");
  assert.deepEqual(await usesOf(chat, id), [1, "used"]);
});

Deno.test("the text of unknown_type names invite only to clients that have said hello", async () => {
  const chat = makeChat();
  const [old, modern] = [chat.connect(), chat.connect()];
  await ask(chat, modern, { type: "hello" });
  const types = async (peer: typeof old) =>
    String((await exchange(chat, peer, { type: "nope" }))[0]?.["message"]);
  assert.doesNotMatch(await types(old), /\binvite\b/);
  assert.match(await types(modern), /\binvite\b/);
});

function diskFull(chat: FakeChat): { end(): void } {
  const { refusesStoring } = chat.services;
  const set = (value: unknown) => Object.assign(chat.services, { refusesStoring: value });
  set(() => new ProtocolError("busy", { reason: "disk_full", retryAfter: 60 }));
  return { end: () => set(refusesStoring) };
}
