// Tests of a lesson in the model: hands, the policy for private messages, the class, reports, and the projector.
import assert from "node:assert/strict";
import { whyNotWrite } from "../../../web/model/permissions.ts";
import { rollOf } from "../../../web/model/roll.ts";
import { hrefOf, routeOf } from "../../../web/model/route.ts";
import { type Line, lineOf, NOON, NOTHING_KEPT, Page } from "./fakes.ts";

const TIME = new Date(NOON).toISOString();

/** Returns a page that has joined as Ada with a role. */
function joined(role: "member" | "moderator", hello: Line = {}): Page {
  const page = new Page();
  const session = { token: "t", name: "Ada", guest: false };
  const route = { at: "room", room: "#dev", name: "#dev", id: undefined } as const;
  page.event({ type: "start", kept: { ...NOTHING_KEPT, session }, route });
  page.event({
    type: "link",
    link: { state: "open", since: NOON, joined: false, caughtUp: false },
  });
  reply(page, "hello", { limits: {}, time: TIME, ...hello });
  reply(page, "resume", { status: "ok", username: "Ada", role });
  reply(page, "overview", { channels: [{ name: "#dev", topic: "" }], conversations: [] });
  reply(page, "hands", { hands: [] });
  return page;
}

/** Returns the last request of a type. */
function asked(page: Page, type: string): Line | undefined {
  return page.sent.findLast((line) => line.type === type);
}

/** Answers the last request of a type. */
function reply(page: Page, type: string, members: Line): void {
  const request = asked(page, type);
  assert.ok(request !== undefined, `no ${type} was sent`);
  page.sent.splice(page.sent.indexOf(request), 1);
  page.line({ type, ref: request.ref, ...members });
}

const places = ({ app }: Page) => app.lesson.hands.map(({ name, place }) => `${place} ${name}`);

Deno.test("staff has all hands in their order, and a lowered one moves the others up", () => {
  const page = joined("moderator");
  page.event({ type: "watch_class", on: true });
  page.take("announce");
  for (const [place, user] of ["Tom", "Léa", "Karim"].entries()) {
    page.line({ type: "hand", user, up: true, place: place + 1 });
  }
  assert.deepEqual(places(page), ["1 Tom", "2 Léa", "3 Karim"]);
  assert.deepEqual(
    page.take("announce").map(({ what }) => what.kind === "hand" && what.name),
    ["Tom", "Léa", "Karim"],
  );
  page.line({ type: "hand", user: "TOM", up: false });
  assert.deepEqual(places(page), ["1 Léa", "2 Karim"]);
  page.event({ type: "act", act: { kind: "hand", up: false, user: "Léa" } });
  reply(page, "hand", { status: "ok", user: "Léa", up: false });
  page.line({ type: "hand", user: "Léa", up: false });
  assert.deepEqual(places(page), ["1 Karim"]);
  page.event({ type: "act", act: { kind: "hand", up: false, all: true } });
  reply(page, "hand", { status: "ok", up: false, all: true });
  assert.deepEqual(places(page), []);
});

Deno.test("a pupil sees the own place change, and has it again after a reload", () => {
  const page = joined("member");
  page.event({ type: "act", act: { kind: "hand", up: true } });
  assert.deepEqual({ ...asked(page, "hand"), ref: "" }, { type: "hand", up: true, ref: "" });
  reply(page, "hand", { status: "ok", user: "Ada", up: true, place: 3 });
  page.line({ type: "hand", user: "Ada", up: true, place: 2 });
  assert.deepEqual(places(page), ["2 Ada"]);
  assert.deepEqual(page.take("announce").filter(({ what }) => what.kind === "hand"), []);

  const again = joined("member");
  again.event({ type: "reconnect" });
  again.event({ type: "link", link: { state: "waiting", since: NOON, until: NOON } });
  again.event({
    type: "link",
    link: { state: "open", since: NOON, joined: false, caughtUp: false },
  });
  reply(again, "hello", { limits: {}, time: TIME });
  reply(again, "resume", { status: "ok", username: "Ada", role: "member" });
  reply(again, "hands", { hands: [{ user: "Ada", place: 2, since: TIME }] });
  assert.deepEqual(places(again), ["2 Ada"]);
});

Deno.test("the policy decides who may write private messages, and staff may always", () => {
  const page = joined("member", { private_messages: "staff" });
  for (const [name, role] of [["Bob", "member"], ["Prof", "moderator"]] as const) {
    page.event({ type: "talk_to", name });
    page.event({ type: "route", route: routeOf("#/c/dev") });
    reply(page, "people", { people: [{ name, role }] });
  }
  const why = (name: string) => whyNotWrite(page.app, page.app.rooms.get(`@${name}`)!, page.now);
  // People who are not in the last list are offline: their role is unknown, and the server decides.
  page.line({ type: "status", user: "Bob", state: "online" });
  assert.equal(why("bob"), "private_staff");
  assert.equal(why("prof"), undefined);
  page.line({ type: "policy", private: "none" });
  assert.equal(why("prof"), "private_none");
  page.line({ type: "policy", private: "everything" });
  assert.equal(page.app.lesson.policy, "none");
  page.line({ type: "policy", private: "all" });
  assert.equal(why("bob"), undefined);

  const prof = joined("moderator", { private_messages: "none" });
  prof.event({ type: "talk_to", name: "Bob" });
  assert.equal(whyNotWrite(prof.app, prof.app.rooms.get("@bob")!, prof.now), undefined);
  prof.event({ type: "act", act: { kind: "policy", private: "staff" } });
  reply(prof, "policy", { status: "ok", private: "staff" });
  assert.equal(prof.app.lesson.policy, "staff");
});

Deno.test("the panel of staff reads the class page by page, and combines it with what arrives since", () => {
  const page = joined("moderator");
  page.event({ type: "watch_class", on: true });
  reply(page, "classes", { classes: [{ name: "2SLAM", members: 3 }] });
  // The only class is chosen at once. The list of everyone arrives late and is ignored.
  const [everyone, first] = page.sent.filter(({ type }) => type === "class");
  page.line({ type: "class", ref: everyone!.ref, people: [{ name: "Guest", here: true }] });
  assert.equal(page.app.lesson.pupils, undefined);
  assert.equal(first!.class, "2SLAM");
  const said = { id: 4, channel: "#dev", at: TIME, text: "avant" };
  page.line({
    ...{ type: "class", ref: first!.ref, class: "2SLAM", more: true },
    people: [{ name: "Chloé", role: "member", here: true, since: TIME, last: said }],
  });
  assert.equal(asked(page, "class")!.after, "Chloé");
  reply(page, "class", {
    people: [{ name: "Tom", role: "member", here: false, disabled: true }, {
      ...{ name: "Zoé", role: "member", here: true, muted_until: null, hand: 1 },
    }],
  });
  const roll = () => rollOf(page.app, { list: "class" });
  assert.deepEqual(roll().map(({ name, here }) => [name, here]), [
    ["Chloé", true],
    ["Tom", false],
    ["Zoé", true],
  ]);
  assert.equal(roll()[2]!.mutedUntil, Infinity);
  page.line({ ...lineOf({ id: 9, from: "Chloé", content: "deux\nlignes" }) });
  assert.deepEqual(roll()[0]!.last, {
    ...{ id: 9, room: "#dev", at: NOON + 9, text: "deux lignes" },
  });
  page.line({ type: "system", code: "deleted", channel: "#dev", id: 9, content: "-" });
  assert.equal(roll()[0]!.last, undefined);
  page.line({ type: "status", user: "Chloé", state: "away" });
  assert.equal(roll()[0]!.state, "away");
  page.line({ type: "status", user: "Chloé", state: "offline" });
  assert.equal(roll()[0]!.here, false);
  page.line({ type: "hand", user: "Zoé", up: true, place: 1 });
  assert.equal(roll()[2]!.hand, 1);
});

Deno.test("everyone who is online is listed without a class, and a class that was deleted is left", () => {
  const page = joined("moderator");
  page.event({ type: "watch_class", on: true });
  reply(page, "classes", { classes: [{ name: "A", members: 1 }, { name: "B", members: 1 }] });
  reply(page, "class", { people: [{ name: "Tom", role: "guest", here: true }] });
  page.line({ type: "status", user: "Léa", state: "online" });
  const names = () => rollOf(page.app, { list: "class" }).map(({ name }) => name).sort();
  assert.deepEqual(names(), ["Léa", "Tom"]);
  page.event({ type: "choose_class", name: "B" });
  const request = asked(page, "class")!;
  assert.equal(request.class, "B");
  page.line({ type: "error", code: "bad_request", message: "-", ref: request.ref });
  assert.equal(page.app.lesson.chosen, undefined);
  assert.equal(asked(page, "class")!.class, undefined);
});

Deno.test("a page that is not staff never asks for a class, and stops when the panel is closed", () => {
  const page = joined("member");
  page.event({ type: "watch_class", on: true });
  page.event({ type: "timer", name: "class" });
  assert.equal(asked(page, "class") ?? asked(page, "classes"), undefined);
  const staff = joined("moderator");
  staff.event({ type: "watch_class", on: true });
  staff.event({ type: "watch_class", on: false });
  const before = staff.sent.length;
  staff.event({ type: "timer", name: "class" });
  assert.equal(staff.sent.length, before);
});

Deno.test("staff keeps reports until they are dismissed, and the reply to a report is not one", () => {
  const page = joined("moderator");
  page.line({ type: "report", id: 7, channel: "#dev", from: "Tom", by: "Léa", reason: "non" });
  page.line({ type: "report", id: 8, from: "Tom", by: "Léa", reason: "" });
  page.line({ type: "report", status: "ok", id: 9 });
  const { reports } = page.app.lesson;
  assert.deepEqual(reports.map(({ id, room }) => [id, room]), [[7, "#dev"], [8, undefined]]);
  page.event({ type: "dismiss_report", key: reports[0]!.key });
  assert.deepEqual(page.app.lesson.reports.map(({ id }) => id), [8]);
  for (let id = 10; id < 200; id++) page.line({ type: "report", id, from: "a", by: "b" });
  assert.equal(page.app.lesson.reports.length, 100);
});

Deno.test("on a projector nothing is announced or notified, and the newest messages of the room are read", () => {
  const page = joined("moderator");
  page.event({ type: "prefs", prefs: { notify: "on" } });
  page.event({ type: "route", route: routeOf("#/projector/dev") });
  assert.deepEqual({ ...asked(page, "history"), ref: "" }, {
    ...{ type: "history", channel: "#dev", limit: 100, ref: "" },
  });
  reply(page, "history", { messages: [lineOf({ id: 5, from: "Bob", content: "avant" })] });
  page.take("announce");
  page.take("notify");
  const secret = { type: "message", subtype: "private", from: "Bob", to: "Ada", id: 6 };
  page.line({ ...secret, content: "secret", timestamp: TIME });
  page.line(lineOf({ id: 7, from: "Bob", content: "@Ada pour tous" }));
  page.line({ type: "system", code: "announcement", content: "secret" });
  page.line({ type: "report", id: 7, channel: "#dev", from: "Tom", by: "Léa", reason: "non" });
  page.line({ type: "hand", user: "Léa", up: true, place: 1 });
  assert.deepEqual([...page.take("announce"), ...page.take("notify")], []);
  assert.deepEqual(page.ids(), [5, 7]);
  page.event({ type: "route", route: routeOf("#/c/dev") });
  page.line({ ...secret, id: 8, content: "secret", timestamp: TIME });
  assert.equal(page.take("notify").length, 1);
});

Deno.test("the projector and the sections of the protocol have addresses", () => {
  for (
    const hash of ["#/projector/g%C3%A9n%C3%A9ral", "#/protocol", "#/protocol/ref-and-ack"]
  ) assert.equal(hrefOf(routeOf(hash)), hash);
  assert.deepEqual(routeOf("#/projector/"), { at: "other", name: "projector" });
});

Deno.test("after signing out, nothing of the lesson is left but the policy", () => {
  const page = joined("moderator", { private_messages: "staff" });
  page.line({ type: "hand", user: "Tom", up: true, place: 1 });
  page.line({ type: "report", id: 7, channel: "#dev", from: "Tom", by: "Léa", reason: "non" });
  page.event({ type: "sign_out", everywhere: false });
  reply(page, "logout", { status: "ok" });
  const { hands, policy, reports } = page.app.lesson;
  assert.deepEqual([hands, reports, policy], [[], [], "staff"]);
});

Deno.test("a line typed in the inspector is sent unchanged, and its own message is read back", () => {
  const page = joined("moderator");
  reply(page, "history", { messages: [] });
  page.event({ type: "send_text", text: ' {"type":"MESSAGE",\n "content":"x"} ' });
  assert.deepEqual(page.take("send_text").map(({ text }) => text), [
    '{"type":"MESSAGE", "content":"x"}',
  ]);
  assert.equal(asked(page, "history")!.channel, "#dev");
  page.event({ type: "send_text", text: "not json" });
  page.event({ type: "send_text", text: "  " });
  assert.deepEqual(page.take("send_text").map(({ text }) => text), ["not json"]);
  page.line({ type: "join", status: "ok", channel: "#club", topic: "t" });
  assert.equal(page.app.rooms.get("#club")!.member, true);
  page.line({ type: "leave", status: "ok", channel: "#club" });
  assert.equal(page.app.rooms.has("#club"), false);
  page.line({ type: "logout", status: "ok" });
  assert.equal(page.app.phase, "out");
});

Deno.test("a user who must choose a new password stays at the form until the server has accepted one", () => {
  const page = new Page();
  page.event({
    ...{ type: "start", kept: NOTHING_KEPT, route: routeOf("#/") },
  });
  page.event({
    type: "link",
    link: { state: "open", since: NOON, joined: false, caughtUp: false },
  });
  reply(page, "hello", { limits: {}, time: TIME });
  page.event({ type: "sign_in", name: "Ada", password: "donné", stay: false });
  reply(page, "login", { status: "ok", username: "Ada", token: "t", must_change: true });
  assert.equal(page.app.mustChange, true);
  const act = { kind: "password", old: "donné", new: "choisi" } as const;
  page.event({ type: "act", act, tag: "password" });
  page.line({ type: "error", code: "weak_password", message: "-", ref: page.sent.pop()!.ref });
  assert.equal(page.app.mustChange, true);
  page.event({ type: "act", act, tag: "password" });
  reply(page, "password", { status: "ok", token: "u" });
  assert.equal(page.app.mustChange, false);
});
