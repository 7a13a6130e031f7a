// Tests of the requests of admins in web/model, and of who is led to the administration.
import assert from "node:assert/strict";
import type { Route } from "../../../web/model/state.ts";
import { type Line, NOON, NOTHING_KEPT, Page } from "./fakes.ts";

const ADMIN: Route = { at: "admin", section: "groups" };
const OVERVIEW = { type: "overview", channels: [{ name: "#dev", topic: "" }], conversations: [] };

function open(role: string): Page {
  const page = new Page();
  const session = { token: "T", name: "Ada", guest: false, expires: NOON + 1e9, stay: false };
  page.event({ type: "start", kept: { ...NOTHING_KEPT, session }, route: ADMIN });
  const link = { state: "open", since: NOON, joined: false, caughtUp: false } as const;
  page.event({ type: "link", link });
  answer(page, "hello", { type: "hello", session_days: 30 });
  answer(page, "resume", { type: "resume", status: "ok", username: "Ada", role });
  answer(page, "overview", OVERVIEW);
  return page;
}

/** Replies to the first request of a type. */
function answer(page: Page, type: string, line: Line): void {
  const at = page.sent.findIndex((each) => each.type === type);
  assert.ok(at >= 0, `the page has sent no ${type}`);
  const [request] = page.sent.splice(at, 1);
  page.line({ ...line, ref: request!.ref });
}

const outcome = (page: Page) => page.app.outcomes.get("t");

Deno.test("an admin stays in the administration, and everyone else is led to the first channel", () => {
  assert.deepEqual(open("admin").app.route, ADMIN);
  for (const role of ["moderator", "member", "guest"]) {
    const page = open(role);
    assert.equal(page.app.route.at, "room", role);
    page.event({ type: "route", route: ADMIN });
    assert.equal(page.app.route.at, "room", role);
  }
});

Deno.test("a request of an admin has an outcome under its tag, and no notice if it fails", () => {
  const page = open("admin");
  const line = { type: "user_add", user: "zoe", password: "geheim" };
  page.event({ type: "manage", line, tag: "t" });
  assert.equal(outcome(page)?.state, "busy");
  const { ref, ...sent } = page.sent.at(-1)!;
  assert.deepEqual(sent, line);
  page.line({ type: "error", code: "username_taken", message: "taken", ref });
  assert.equal(outcome(page)?.state, "failed");
  assert.deepEqual(page.app.notices, []);
  page.sent.length = 0;
  page.event({ type: "manage", line, tag: "t" });
  answer(page, "user_add", { type: "user_add", status: "ok", user: "zoe" });
  assert.equal(outcome(page)?.state, "ok");
  page.event({ type: "forget", tag: "t" });
  assert.equal(outcome(page), undefined);
});

Deno.test("when the link breaks, a request without a reply has failed, and the next one is not sent", () => {
  const page = open("admin");
  page.event({ type: "manage", line: { type: "groups" }, tag: "t" });
  page.event({ type: "link", link: { state: "waiting", since: NOON, until: NOON + 500 } });
  assert.equal(outcome(page)?.state, "failed");
  page.sent.length = 0;
  page.event({ type: "manage", line: { type: "groups" }, tag: "u" });
  assert.equal(page.app.outcomes.get("u")?.state, "failed");
  assert.deepEqual(page.sent, []);
});

Deno.test("the progress of an import is known while it runs", () => {
  const page = open("admin");
  page.line({ type: "class_progress", done: 3, of: 30 });
  const progress = page.app.outcomes.get("class_progress");
  assert.ok(progress?.state === "ok");
  assert.equal(progress.details.done, 3);
});
