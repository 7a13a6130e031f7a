// Tests of web/model/new_password.ts: users who must choose a password of their own before anything else.
import assert from "node:assert/strict";
import { type Line, NOON } from "./fakes.ts";
import { HELLO, Talk } from "./talk.ts";

const LOGIN = { type: "login", status: "ok", username: "Ada", token: "T" };
const RESUME = { type: "resume", status: "ok", username: "Ada", role: "member" };

/** Signs in with a password that the user was given. */
function signedIn(stay = false): Talk {
  const talk = new Talk();
  talk.page.event({ type: "sign_in", name: "ada", password: "given", stay });
  talk.answer("login", { ...LOGIN, must_change: true });
  return talk;
}

/** Reloads the page of a user who has not chosen a password yet. */
function reloaded(): Talk {
  const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
  talk.answer("resume", { ...RESUME, must_change: true });
  return talk;
}

function choose(talk: Talk, old: string): Line {
  const act = { kind: "password", old, new: "mine" } as const;
  talk.page.event({ type: "act", act, tag: "p" });
  return talk.page.sent.at(-1)!;
}

/** Returns what was announced, and why the user was notified, since the last call. */
function heard(talk: Talk): string[] {
  return [
    ...talk.page.take("announce").map(({ what }) => what.kind),
    ...talk.page.take("notify").map(({ why }) => why),
  ];
}

Deno.test("after a login with a given password, the page knows the password and stores it nowhere", () => {
  const talk = signedIn();
  assert.deepEqual(talk.page.app.mustChange, { given: "given" });
  assert.equal(talk.page.app.phase, "in");
  const kept = JSON.stringify(talk.page.take("store"));
  assert.doesNotMatch(kept, /"given"/);
});

Deno.test("a login without the demand, and guests, go on as ever", () => {
  const talk = new Talk();
  talk.page.event({ type: "sign_in", name: "ada", password: "mine", stay: false });
  talk.answer("login", LOGIN);
  assert.equal(talk.page.app.mustChange, undefined);
  const guest = new Talk();
  guest.page.event({ type: "enter_guest", name: "Léa" });
  guest.answer("message", { type: "ack", name: "Léa", token: "G" });
  assert.equal(guest.page.app.mustChange, undefined);
});

Deno.test("after a reload, the page asks for the current password", () => {
  assert.deepEqual(reloaded().page.app.mustChange, { given: undefined });
});

Deno.test("the new password gives a new session, in the tab or on the device, and ends the demand", () => {
  for (const stay of [false, true]) {
    const talk = signedIn(stay);
    assert.deepEqual(
      { ...choose(talk, "given"), ref: "" },
      { type: "password", old: "given", new: "mine", session: true, ref: "" },
    );
    talk.answer("password", { type: "password", status: "ok", token: "U" });
    const { mustChange, outcomes, session } = talk.page.app;
    assert.equal(mustChange, undefined);
    assert.equal(outcomes.get("p")?.state, "ok");
    assert.deepEqual([session?.token, session?.stay], ["U", stay]);
    assert.deepEqual(talk.kept(stay ? "device" : "tab", "session"), session);
  }
});

Deno.test("a password that the server rejects leaves the demand, with the failure", () => {
  const talk = signedIn();
  choose(talk, "given");
  talk.refuse("password", "weak_password", { reason: "same_password" });
  const outcome = talk.page.app.outcomes.get("p");
  assert.ok(outcome?.state === "failed");
  assert.equal(outcome.failure.reason, "same_password");
  assert.deepEqual(talk.page.app.mustChange, { given: "given" });
});

Deno.test("if the known password is wrong by now, the page says so and asks for it", () => {
  const talk = signedIn();
  choose(talk, "given");
  talk.refuse("password", "login_failed");
  const outcome = talk.page.app.outcomes.get("p");
  assert.ok(outcome?.state === "failed");
  assert.equal(outcome.failure.reason, "old_password");
  assert.deepEqual(talk.page.app.mustChange, { given: undefined });
});

Deno.test("a wrong current password in the settings makes no demand", () => {
  const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
  talk.answer("resume", RESUME);
  choose(talk, "wrong");
  talk.refuse("password", "login_failed");
  assert.equal(talk.page.app.mustChange, undefined);
});

Deno.test("a connection that breaks keeps the demand and the known password, and fails the attempt", () => {
  const talk = signedIn();
  choose(talk, "given");
  talk.close();
  const outcome = talk.page.app.outcomes.get("p");
  assert.ok(outcome?.state === "failed");
  assert.equal(outcome.failure.code, "offline_page");
  talk.open();
  talk.answer("resume", { ...RESUME, must_change: true });
  assert.deepEqual(talk.page.app.mustChange, { given: "given" });
});

Deno.test("a demand that was met elsewhere ends when the page connects again", () => {
  const talk = signedIn();
  talk.close();
  talk.open();
  talk.answer("resume", RESUME);
  assert.equal(talk.page.app.mustChange, undefined);
});

Deno.test("signing out, or the end of the session, forgets the password and shows the sign-in form", () => {
  const out = signedIn();
  out.page.event({ type: "sign_out", everywhere: false });
  out.answer("logout", { type: "logout", status: "ok" });
  const ended = signedIn();
  ended.page.line({ type: "system", from: "server", content: "-", code: "session_ended" });
  for (const { page } of [out, ended]) {
    assert.deepEqual([page.app.phase, page.app.mustChange], ["out", undefined]);
    assert.doesNotMatch(JSON.stringify([...page.app.asked.values()]), /given/);
  }
});

Deno.test("where passwords require TLS by now, the page shows the sign-in form with its link", () => {
  const talk = signedIn();
  talk.close();
  talk.open({ ...HELLO, passwords: "tls", tls_port: 12346 });
  talk.refuse("resume", "forbidden", { reason: "clear_password" });
  const { door, mustChange, phase, server } = talk.page.app;
  assert.deepEqual([phase, mustChange, server?.tlsPort], ["out", undefined, 12346]);
  assert.equal(door.failure?.reason, "clear_password");
});

Deno.test("until the user has chosen, messages are neither read aloud nor notified, but notices and the link are", () => {
  const talk = signedIn();
  const { page } = talk;
  page.event({ type: "prefs", prefs: { notify: "on" } });
  page.event({ type: "attention", visible: false, focused: false });
  page.take("announce");
  const psst = { type: "message", subtype: "private", from: "Bob", to: "Ada", content: "psst" };
  page.line({ ...psst, timestamp: new Date(NOON).toISOString(), id: 7 });
  assert.deepEqual(heard(talk), []);
  page.line({ type: "system", from: "server", content: "-", code: "announcement" });
  talk.close();
  assert.deepEqual(heard(talk), ["notice", "link"]);
  talk.open();
  talk.answer("resume", RESUME);
  page.line({ ...psst, timestamp: new Date(NOON).toISOString(), id: 8 });
  assert.ok(heard(talk).includes("private"));
});

Deno.test("the page goes on where it was: in the channel of its address, or of an invitation", () => {
  const talk = signedIn();
  talk.answer("overview", {
    type: "overview",
    channels: [{ name: "#dev", topic: "", last: 3, seen: 3, unread: 0 }],
    conversations: [],
  });
  choose(talk, "given");
  talk.answer("password", { type: "password", status: "ok", token: "U" });
  const { route } = talk.page.app;
  assert.deepEqual([route.at, route.at === "room" && route.room], ["room", "#dev"]);

  const invited = new Talk();
  invited.page.event({ type: "route", route: { at: "invite", code: "K7M" } });
  invited.answer("invite", { type: "invite", status: "ok", channel: "#club" });
  invited.page.event({ type: "sign_in", name: "ada", password: "given", stay: false });
  invited.answer("login", { ...LOGIN, must_change: true });
  choose(invited, "given");
  invited.answer("password", { type: "password", status: "ok", token: "U" });
  const { route: there } = invited.page.app;
  assert.deepEqual([there.at, there.at === "room" && there.room], ["room", "#club"]);
});
