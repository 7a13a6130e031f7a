// Tests of all actions that end a token.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { comeBack, type FakePage, hangUp, signIn, signInGuest } from "../pages.ts";
import { ask, member, outcome } from "../people.ts";

interface Stage {
  readonly chat: FakeChat;
  readonly page: FakePage;
  /** A second page of ada, with a token of its own. */
  readonly other: FakePage;
  /** A client of ada without a token. */
  readonly old: FakePeer;
  readonly root: FakePeer;
  /** A page of another user. */
  readonly bob: FakePage;
}

async function stage(): Promise<Stage> {
  const chat = makeChat({ ada: "1234", bob: "1234" });
  return {
    chat,
    page: await signIn(chat, "ada", { tab: "one" }),
    other: await signIn(chat, "ada", { tab: "two" }),
    old: await member(chat, "ada"),
    root: chat.operate(),
    bob: await signIn(chat, "bob"),
  };
}

/** Whether a token is valid. */
async function isGood({ chat }: Stage, token: string): Promise<boolean> {
  const { peer, reply } = await comeBack(chat, token, { tab: crypto.randomUUID() });
  hangUp(chat, peer);
  return outcome(reply) === "ok";
}

interface Way {
  readonly how: string;
  readonly end: (stage: Stage) => Promise<unknown>;
  /** Whether each connection is still open: the first page, the second page, the old client. */
  readonly open: readonly [boolean, boolean, boolean];
}

const operate = (request: Line) => ({ chat, root }: Stage) =>
  ask(chat, root, { user: "ada", ...request });
const byPage = (request: Line) => ({ chat, page }: Stage) => ask(chat, page.peer, request);

const WAYS: readonly Way[] = [
  {
    how: "by a change of password",
    end: byPage({ type: "password", old: "1234", new: "5678" }),
    open: [true, false, true],
  },
  {
    how: "by user_passwd",
    end: operate({ type: "user_passwd", password: "5678" }),
    open: [false, false, true],
  },
  {
    how: "by user_disable",
    end: operate({ type: "user_disable" }),
    open: [false, false, false],
  },
  { how: "by user_delete", end: operate({ type: "user_delete" }), open: [false, false, false] },
  { how: "by user_erase", end: operate({ type: "user_erase" }), open: [false, false, false] },
  {
    how: "by another role",
    end: operate({ type: "user_role", role: "moderator" }),
    open: [true, true, true],
  },
  { how: "by a ban", end: operate({ type: "ban", seconds: 60 }), open: [false, false, false] },
  {
    how: "by a ban of the address",
    end: operate({ type: "ban", user: null, address: "10.0.0.5", seconds: 60 }),
    open: [false, false, false],
  },
  {
    how: "by user_end_sessions",
    end: operate({ type: "user_end_sessions" }),
    open: [false, false, true],
  },
  {
    how: "by a logout everywhere",
    end: byPage({ type: "logout", everywhere: true }),
    open: [true, false, true],
  },
];

for (const { how, end, open } of WAYS) {
  Deno.test(`all tokens of an account end ${how}`, async () => {
    const all = await stage();
    const { chat, page, other, old, bob } = all;
    const reply = await end(all) as Line;
    assert.equal(outcome(reply), "ok", JSON.stringify(reply));
    chat.turn();
    assert.deepEqual([page.peer, other.peer, old].map(({ closed }) => !closed), open);
    chat.time += 120_000;
    if (how === "by user_disable") await operate({ type: "user_enable" })(all);
    assert.deepEqual([await isGood(all, page.token), await isGood(all, other.token)], [
      false,
      false,
    ]);
    if (how !== "by a ban of the address") assert.ok(await isGood(all, bob.token));
    const { sqlite } = chat.database;
    const left = sqlite.prepare("SELECT count(*) AS n FROM web_sessions").get();
    assert.equal(left?.["n"], how === "by a ban of the address" ? 0 : 1);
  });
}

Deno.test("setting the same role again ends no token", async () => {
  const all = await stage();
  await operate({ type: "user_role", role: "member" })(all);
  assert.ok(await isGood(all, all.page.token));
});

Deno.test("a stronger hash of the same password ends no token", async () => {
  const all = await stage();
  const { id } = all.chat.accountStore.findByKey("ada")!;
  all.chat.accountStore.replaceHash(id, "1234");
  assert.ok(await isGood(all, all.page.token));
});

Deno.test("a change of the password with `session` gives a new token, which is then the only one", async () => {
  const all = await stage();
  const change = { type: "password", old: "1234", new: "5678", session: true };
  const reply = await byPage(change)(all);
  assert.deepEqual(Object.keys(reply), ["type", "status", "token", "expires"]);
  const [row, ...more] = (await byPage({ type: "sessions" })(all))["sessions"] as Line[];
  assert.deepEqual([row?.["current"], row?.["client"], more], [true, "Firefox", []]);
  assert.ok(await isGood(all, String(reply["token"])));
});

Deno.test("a logout ends the token of the connection and closes the other tabs that use it", async () => {
  const all = await stage();
  const { chat, page, other, old } = all;
  const tab = await comeBack(chat, page.token, { tab: "three" });
  tab.peer.take();
  await byPage({ type: "logout" })(all);
  assert.deepEqual([tab.peer.closed, other.peer.closed, old.closed], [true, false, false]);
  assert.deepEqual(tab.peer.take().map(({ code }) => code), ["session_ended"]);
  assert.deepEqual([await isGood(all, page.token), await isGood(all, other.token)], [false, true]);
});

Deno.test("a second login over the same connection ends the token of the first", async () => {
  const all = await stage();
  const { chat, page } = all;
  const login = { type: "login", username: "ada", password: "1234", session: true };
  const { token } = await ask(chat, page.peer, login);
  assert.deepEqual([await isGood(all, page.token), await isGood(all, String(token))], [
    false,
    true,
  ]);
});

Deno.test("sessions lists the user's tokens, and end_session ends one of them and closes its connections", async () => {
  const all = await stage();
  const { chat, page, other, old, bob } = all;
  const rows = (await byPage({ type: "sessions" })(all))["sessions"] as Line[];
  assert.deepEqual(
    rows,
    [2, 1].map((id) => ({
      id,
      client: "Firefox",
      created_at: "2026-11-22T00:00:00.000Z",
      last_used_at: "2026-11-22T00:00:00.000Z",
      expires: "2026-12-22T00:00:00.000Z",
      ...(id === 1 ? { current: true } : {}),
    })),
  );
  assert.ok(!JSON.stringify(rows).includes(page.token));
  // The token with id 3 belongs to bob.
  for (const id of [3, 99]) {
    const { code, reason } = await byPage({ type: "end_session", id })(all);
    assert.deepEqual([code, reason], ["bad_request", "no_session"]);
  }
  assert.ok(await isGood(all, bob.token));
  other.peer.take();
  const ended = await byPage({ type: "end_session", id: 2 })(all);
  assert.deepEqual(ended, { type: "end_session", status: "ok", id: 2 });
  assert.deepEqual(other.peer.take().map(({ code }) => code), ["session_ended"]);
  assert.deepEqual([other.peer.reason, page.peer.closed, old.closed], ["signed_out", false, false]);
  // The connection that ends its own token stays open.
  assert.equal(outcome(await byPage({ type: "end_session", id: 1 })(all)), "ok");
  assert.equal((await byPage({ type: "whoami" })(all))["name"], "ada");
  assert.equal(await isGood(all, page.token), false);
  assert.equal(outcome(await ask(chat, old, { type: "sessions" })), "sessions");
  const gus = await signInGuest(chat, "gus");
  for (const request of [{ type: "sessions" }, { type: "end_session", id: 1 }]) {
    assert.equal((await ask(chat, gus.peer, request))["code"], "login_required");
  }
});

Deno.test("operators list and end the tokens of an account, and the audit log records it", async () => {
  const all = await stage();
  const listed = await operate({ type: "user_sessions" })(all);
  assert.deepEqual((listed["sessions"] as Line[]).map(({ id, current }) => [id, current]), [
    [2, undefined],
    [1, undefined],
  ]);
  assert.equal(outcome(await operate({ type: "user_end_sessions", id: 3 })(all)), "bad_request");
  const one = await operate({ type: "user_end_sessions", id: 2 })(all);
  assert.deepEqual([one["user"], one["ended"]], ["ada", 1]);
  assert.deepEqual([all.page.peer.closed, all.other.peer.closed], [false, true]);
  assert.equal((await operate({ type: "user_end_sessions" })(all))["ended"], 1);
  const entries = (await ask(all.chat, all.root, { type: "audit" }))["entries"] as Line[];
  assert.deepEqual(entries.map(({ action, target, detail }) => [action, target, detail]), [
    ["user_end_sessions", "ada", "all"],
    ["user_end_sessions", "ada", "id 2"],
  ]);
  const asked = await ask(all.chat, all.bob.peer, { type: "user_sessions", user: "ada" });
  assert.equal(asked["code"], "unknown_type");
});
