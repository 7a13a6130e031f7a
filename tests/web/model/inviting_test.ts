// Tests of web/model/inviting.ts: from the link of an invitation, through the sign-in, to its channel.
import assert from "node:assert/strict";
import { type Line, NOON, NOTHING_KEPT, Page } from "./fakes.ts";

const CODE = "K7M-2PQ-9X0";
const SESSION = { token: "T", name: "Ada", guest: false, expires: NOON + 1e9, stay: false };
const HELLO = {
  type: "hello",
  guests: false,
  registration: false,
  invites: true,
  session_days: 30,
  time: new Date(NOON).toISOString(),
};
const FOR_DEV = { type: "invite", status: "ok", channel: "#dev", guests: true, registers: true };

function openPage(kept = {}): Page {
  const page = new Page();
  const route = { at: "invite", code: CODE } as const;
  page.event({ type: "start", kept: { ...NOTHING_KEPT, ...kept }, route });
  link(page);
  return page;
}

function link(page: Page): void {
  const open = { state: "open", since: NOON, joined: false, caughtUp: false } as const;
  page.event({ type: "link", link: open });
  answer(page, "hello", HELLO);
}

/** Replies to the first request of a type. */
function answer(page: Page, type: string, line: Line): void {
  const at = page.sent.findIndex((each) => each.type === type);
  assert.ok(at >= 0, `the page has sent no ${type}: ${JSON.stringify(page.sent)}`);
  const [request] = page.sent.splice(at, 1);
  page.line({ ...line, ref: request!.ref });
}

const types = (page: Page) => page.sent.map(({ type }) => type);

Deno.test("the page shows the code of the link to the server, and the form shows what it is for", () => {
  const page = openPage();
  assert.deepEqual(page.sent.map(({ type, code }) => [type, code]), [["invite", CODE]]);
  assert.equal(page.app.server?.invites, true);
  answer(page, "invite", FOR_DEV);
  const { state, channel, guests, registers } = page.app.invite!;
  assert.deepEqual([state, channel, guests, registers], ["open", "#dev", true, true]);
});

Deno.test("a guest is led to the channel of the invitation, and the link is replaced in the address bar", () => {
  const page = openPage();
  answer(page, "invite", FOR_DEV);
  page.event({ type: "enter_guest", name: "Zoé" });
  answer(page, "message", { type: "ack", name: "Zoé", token: "T" });
  assert.deepEqual(types(page).slice(0, 2), ["join", "history"]);
  assert.equal(page.sent[0]!.channel, "#dev");
  const [navigate] = page.take("navigate");
  assert.deepEqual([navigate?.replace, page.app.route.at], [true, "room"]);
  assert.equal(page.app.invite, undefined);
});

Deno.test("a new account logs in on the same connection, and is led to the channel", () => {
  const page = openPage();
  answer(page, "invite", FOR_DEV);
  page.event({ type: "register", name: "Zoé", password: "1234", stay: false });
  answer(page, "register", { type: "register", status: "ok" });
  answer(page, "login", { type: "login", status: "ok", username: "Zoé", channel: "#dev" });
  assert.ok(page.sent.some(({ type, channel }) => type === "join" && channel === "#dev"));
});

Deno.test("a session is resumed after the code was sent, and is led to the channel", () => {
  const page = openPage({ session: SESSION });
  assert.deepEqual(types(page), ["invite", "resume"]);
  answer(page, "invite", FOR_DEV);
  assert.ok(!types(page).includes("join"), "not before the session is resumed");
  answer(page, "resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
  assert.ok(page.sent.some(({ type, channel }) => type === "join" && channel === "#dev"));
});

Deno.test("a user who is signed in and opens the link joins the channel", () => {
  const page = openPage({ session: SESSION });
  answer(page, "invite", { ...FOR_DEV, channel: undefined });
  answer(page, "resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
  page.sent.length = 0;
  page.event({ type: "route", route: { at: "invite", code: CODE } });
  answer(page, "invite", FOR_DEV);
  assert.ok(page.sent.some(({ type, channel }) => type === "join" && channel === "#dev"));
  page.event({ type: "route", route: { at: "invite", code: "000" } });
  answer(page, "invite", { type: "error", code: "bad_invite", message: "-" });
  assert.equal(page.app.notices.at(-1)?.code, "bad_invite");
  assert.equal(page.app.invite, undefined);
});

Deno.test("a wrong code is reported in the form, and another one can be typed", () => {
  const page = openPage();
  answer(page, "invite", { type: "error", code: "bad_invite", message: "-" });
  assert.deepEqual([page.app.invite?.state, page.app.invite?.failure?.code], [
    "failed",
    "bad_invite",
  ]);
  page.event({ type: "invite", code: "k7m2pq9x0" });
  assert.equal(page.sent.at(-1)!.code, "k7m2pq9x0");
  answer(page, "invite", { ...FOR_DEV, guests: true });
  assert.equal(page.app.invite?.state, "open");
  // The last use may be gone when the form is sent.
  page.event({ type: "enter_guest", name: "Zoé" });
  answer(page, "message", { type: "error", code: "bad_invite", message: "-" });
  assert.deepEqual([page.app.invite?.state, page.app.invite?.guests], ["failed", false]);
});

Deno.test("after a break before the sign-in, the page shows the code again; after the sign-in it does not", () => {
  const page = openPage();
  answer(page, "invite", FOR_DEV);
  page.sent.length = 0;
  link(page);
  assert.deepEqual(types(page), ["invite"]);
  answer(page, "invite", FOR_DEV);
  page.event({ type: "enter_guest", name: "Zoé" });
  answer(page, "message", { type: "ack", name: "Zoé", token: "T" });
  page.sent.length = 0;
  link(page);
  assert.deepEqual(types(page), ["resume"]);
});
