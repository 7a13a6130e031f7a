// Tests of web/model/entering.ts, answers.ts and system.ts: signing in, coming back, and being disconnected.
import assert from "node:assert/strict";
import { Conversation, type Line } from "./fakes.ts";
import { HELLO, Talk } from "./talk.ts";

Deno.test("after a login, the session is stored in the tab, or on the device if the user chose that", () => {
  for (const stay of [false, true]) {
    const talk = new Talk();
    assert.equal(talk.page.app.phase, "out");
    assert.equal(talk.page.app.server!.clockOffset, 5000);
    talk.page.event({ type: "prefs", prefs: { stay } });
    talk.page.event({ type: "sign_in", name: "ada", password: "1234", stay });
    assert.equal(talk.page.sent.at(-1)!.session, true);
    talk.answer("login", {
      type: "login",
      status: "ok",
      username: "Ada",
      token: "T",
      expires: "2026-12-27T12:00:00.000Z",
    });
    assert.equal(talk.page.app.phase, "in");
    const expires = Date.UTC(2026, 11, 27, 12);
    const session = { token: "T", name: "Ada", guest: false, expires, stay };
    assert.deepEqual(talk.kept(stay ? "device" : "tab", "session"), session);
    assert.equal(talk.kept(stay ? "tab" : "device", "session"), undefined);
    talk.answer("whoami", { type: "whoami", name: "Ada", role: "moderator", state: "online" });
    assert.equal(talk.page.app.me!.role, "moderator");
  }
});

Deno.test("the form reports a wrong password and can be sent again", () => {
  const talk = new Talk();
  talk.page.event({ type: "sign_in", name: "Ada", password: "falsch", stay: false });
  talk.page.event({ type: "sign_in", name: "Ada", password: "zweimal", stay: false });
  assert.equal(talk.page.sent.filter(({ type }) => type === "login").length, 1);
  talk.refuse("login", "login_failed");
  assert.deepEqual([talk.page.app.door.busy, talk.page.app.door.failure!.code], [
    false,
    "login_failed",
  ]);
});

Deno.test("the state contains no password after the reply", () => {
  const talk = new Talk();
  talk.page.event({ type: "register", name: "Ada", password: "geheim!", stay: false });
  talk.answer("register", { type: "register", status: "ok" });
  assert.equal(talk.page.app.door.registered, true);
  talk.answer("login", { type: "login", status: "ok", username: "Ada", token: "T" });
  assert.ok(
    !JSON.stringify([...talk.page.app.asked.values(), talk.page.app.door]).includes("geheim!"),
  );
});

Deno.test("a session continues after a break and after a reload, without a password", () => {
  const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
  assert.equal(talk.page.app.phase, "starting");
  talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "admin" });
  assert.equal(talk.page.app.me!.role, "admin");
  talk.close();
  assert.equal(talk.page.app.phase, "in", "what was read stays on the screen");
  talk.open();
  talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "admin" });
  assert.ok(talk.page.app.link.state === "open" && talk.page.app.link.joined);
});

Deno.test("an expired session leads to the form, with the name and the reason, and its token is removed", () => {
  for (const guest of [false, true]) {
    const talk = new Talk({
      session: { token: "T", name: "Ada", guest },
      drafts: { "#dev": "Entwurf" },
    });
    talk.refuse("resume", "session_expired");
    const { phase, door } = talk.page.app;
    assert.deepEqual([phase, door.name, door.reason], [
      "out",
      "Ada",
      guest ? "guest_expired" : "expired",
    ]);
    assert.equal(talk.kept("tab", "session"), undefined);
    assert.equal(talk.page.app.drafts.get("#dev"), "Entwurf");
  }
});

Deno.test("if resuming is throttled, the page shows the form and tries the session again later", () => {
  const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
  talk.refuse("resume", "throttled", { retry_after: 10 });
  assert.deepEqual([talk.page.app.phase, talk.page.app.session?.token], ["out", "T"]);
  assert.equal(talk.page.take("timer").find(({ name }) => name === "resume")!.ms, 10_000);
  talk.page.event({ type: "timer", name: "resume" });
  talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
  assert.equal(talk.page.app.phase, "in");
});

Deno.test("a server that is busy when the page greets it is greeted again, and the session is kept", () => {
  const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
  talk.close();
  talk.page.take("timer");
  talk.open({ type: "error", code: "busy", message: "-", retry_after: 5 });
  assert.deepEqual([talk.page.app.phase, talk.page.app.session?.token], ["out", "T"]);
  assert.ok(!talk.page.sent.some(({ type }) => type === "resume"));
  assert.equal(talk.page.take("timer").find(({ name }) => name === "hello")!.ms, 5_000);
  talk.page.event({ type: "timer", name: "hello" });
  talk.answer("hello", HELLO);
  talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
  assert.equal(talk.page.app.phase, "in");
});

Deno.test("without sessions on the server, a break leads to the form, and unsent messages are kept", () => {
  const talk = new Talk();
  const hello = { ...HELLO, session_days: 0 };
  talk.page.event({ type: "sign_in", name: "Ada", password: "1234", stay: false });
  talk.answer("login", { type: "login", status: "ok", username: "Ada" });
  talk.answer("overview", {
    type: "overview",
    channels: [{ name: "#dev", last: 0, seen: 0, unread: 0 }],
    conversations: [],
  });
  talk.close();
  talk.page.event({ type: "say", room: "#dev", text: "noch da", cid: "c1" });
  talk.open(hello);
  assert.deepEqual([talk.page.app.phase, talk.page.app.door.reason], ["out", "expired"]);
  talk.page.event({ type: "sign_in", name: "ada", password: "1234", stay: false });
  talk.answer("login", { type: "login", status: "ok", username: "Ada" });
  talk.answer("overview", {
    type: "overview",
    channels: [{ name: "#dev", last: 0, seen: 0, unread: 0 }],
    conversations: [],
  });
  assert.equal(talk.page.sent.find(({ type }) => type === "message")!.content, "noch da");
});

Deno.test("signing out removes the session, the drafts and the unsent messages", () => {
  const talk = new Conversation();
  talk.open();
  talk.settle();
  const { page } = talk;
  page.event({ type: "draft", room: "#dev", text: "privat" });
  page.event({ type: "sign_out", everywhere: true });
  assert.equal(page.sent.at(-1)!.everywhere, true);
  talk.settle();
  assert.deepEqual([page.app.phase, page.app.rooms.size, page.app.outbox.length], ["out", 0, 0]);
  const kept = page.commands.filter((each) => each.type === "store" && each.where === "tab");
  const last = (key: string) => kept.findLast((each) => each.type === "store" && each.key === key);
  assert.deepEqual((last("drafts") as { value: unknown }).value, {});
  assert.equal((last("session") as { value: unknown }).value, undefined);
});

Deno.test("after a break, a guest joins its channels again, and an account keeps only the listed ones", () => {
  for (const role of ["guest", "member"]) {
    const talk = new Talk({ session: { token: "T", name: "Léa", guest: role === "guest" } });
    const enter = (channels: Line[]) => {
      talk.answer("resume", { type: "resume", status: "ok", username: "Léa", role });
      talk.answer("overview", { type: "overview", channels, conversations: [] });
    };
    const [general, dev] = ["#général", "#dev"].map((name) => ({
      name,
      last: 0,
      seen: 0,
      unread: 0,
    }));
    enter([general!, dev!]);
    talk.close();
    talk.open();
    enter([general!]);
    const joins = talk.page.sent.filter(({ type }) => type === "join").map(({ channel }) =>
      channel
    );
    assert.deepEqual(joins, role === "guest" ? ["#dev"] : []);
    assert.equal(talk.page.app.rooms.get("#dev")!.member, false);
  }
});

Deno.test("kicked, banned and replaced close the link with a reason, and an ended session leads to the form", () => {
  for (const code of ["kicked", "banned", "replaced"] as const) {
    const talk = new Conversation();
    talk.open();
    talk.settle();
    talk.page.line({ type: "system", from: "server", content: "Weg.", code });
    assert.deepEqual(talk.page.take("disconnect"), [{ type: "disconnect", why: code }]);
    assert.equal(talk.page.app.notices.at(-1)!.text, "Weg.");
  }
  const talk = new Conversation();
  talk.open();
  talk.settle();
  talk.page.line({ type: "system", from: "server", content: "-", code: "session_ended" });
  assert.deepEqual([talk.page.app.phase, talk.page.app.door.reason], ["out", "expired"]);
});

Deno.test("a session that ends is removed from its tab; on the device, another tab may be storing the next one", () => {
  for (const stay of [false, true]) {
    const talk = new Talk({ session: { token: "T", name: "Ada", guest: false, stay } });
    talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
    talk.page.take("store");
    talk.page.line({ type: "system", from: "server", content: "-", code: "session_ended" });
    assert.equal(talk.page.app.session, undefined);
    const changed = talk.page.take("store").filter(({ key }) => key === "session");
    assert.deepEqual(changed.map(({ where }) => where), stay ? [] : ["tab"]);
  }
});

Deno.test("the room that a user was expelled from is removed, and the page shows another one", () => {
  const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
  talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
  const channels = ["#général", "#dev"].map((name) => ({ name, last: 0, seen: 0, unread: 0 }));
  talk.answer("overview", { type: "overview", channels, conversations: [] });
  talk.page.event({
    type: "route",
    route: { at: "room", room: "#dev", name: "#dev", id: undefined },
  });
  talk.page.line({
    type: "system",
    from: "server",
    content: "Raus.",
    code: "expelled",
    channel: "#dev",
  });
  assert.deepEqual([...talk.page.app.rooms.keys()], ["#général"]);
  assert.deepEqual(talk.page.app.route, {
    at: "room",
    room: "#général",
    name: "#général",
    id: undefined,
  });
});

Deno.test("the reply to a slash command is shown where the command was typed", () => {
  const talk = new Conversation();
  talk.open();
  talk.settle();
  const { page } = talk;
  page.event({ type: "say", room: "#dev", text: "/who", cid: "c1" });
  const { ref } = page.sent.pop()!;
  page.line({ type: "message", subtype: "private", from: "ClassCord", to: "Ada", content: "Bob" });
  page.line({ type: "ack", ref, timestamp: "2026-11-27T12:00:00.000Z" });
  assert.deepEqual(page.room().asides.map(({ code, text }) => [code, text]), [["answer", "Bob"]]);
  assert.deepEqual(page.app.outbox, []);
});

Deno.test("a rejected logout leaves the user signed in and shows the error", () => {
  const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
  talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
  talk.page.event({ type: "sign_out", everywhere: false });
  talk.refuse("logout", "rate_limited", { retry_after: 1 });
  const { phase, session, notices } = talk.page.app;
  assert.deepEqual([phase, session?.token, notices.length], ["in", "T", 1]);
});

Deno.test("a session survives a server that is stopping", () => {
  for (const code of ["shutting_down", "internal"]) {
    const talk = new Talk({ session: { token: "T", name: "Ada", guest: false } });
    talk.refuse("resume", code);
    assert.equal(talk.page.app.session?.token, "T", code);
    assert.ok(talk.page.take("timer").some(({ name }) => name === "resume"), code);
  }
});

Deno.test("resuming a session of this tab does not change the session that another tab stored on the device", () => {
  for (const stay of [false, true]) {
    const talk = new Talk({
      session: { token: "T", name: "Ada", guest: false },
      prefs: { stay },
    });
    talk.answer("resume", { type: "resume", status: "ok", username: "Ada", role: "member" });
    assert.ok(
      !talk.page.commands.some((each) =>
        each.type === "store" && each.where === "device" && each.key === "session"
      ),
    );
  }
});
