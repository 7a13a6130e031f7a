// Tests of operators' actions on accounts of a running server, with in-memory peers.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { AuditStore } from "../../../lib/store/audit.ts";

async function ask(peer: FakePeer, chat: FakeChat, request: Line): Promise<Line> {
  await peer.say(request);
  chat.turn();
  return peer.take()[0]!;
}

async function login(chat: FakeChat, name: string, password = "1234"): Promise<FakePeer> {
  const peer = chat.connect();
  await ask(peer, chat, { type: "login", username: name, password });
  return peer;
}

async function guest(chat: FakeChat, name: string): Promise<FakePeer> {
  const peer = chat.connect();
  await ask(peer, chat, { type: "message", from: name, content: "" });
  return peer;
}

function audited(chat: FakeChat): unknown[][] {
  return new AuditStore(chat.database).list({ limit: 9 })
    .map(({ actor, action, target, detail }) => [actor, action, target, detail]);
}

Deno.test("user_add renames the guest with that name, who receives none of the account's messages", async () => {
  const chat = makeChat({ bob: "1234" });
  const operator = chat.operate("ada");
  const zoe = await guest(chat, "Zoé");
  const bob = await login(chat, "bob");
  zoe.take();
  const reply = await ask(operator, chat, {
    type: "user_add",
    user: "zoé",
    password: "geheim",
    role: "moderator",
  });
  assert.deepEqual(reply, {
    type: "user_add",
    status: "ok",
    user: "zoé",
    role: "moderator",
    accounts: 2,
  });
  const told = zoe.take();
  assert.match(String(told[0]!["content"]), /Zoé~2/);
  assert.deepEqual(
    bob.take().map(({ type, user, state }) => [type, user, state]),
    [["status", "Zoé", "offline"], ["status", "Zoé~2", "online"]],
  );
  await ask(bob, chat, { type: "message", to: "Zoé", content: "secret" });
  assert.deepEqual(zoe.take(), []);
  assert.deepEqual(audited(chat), [["operator:ada", "user_add", "zoé", "moderator"]]);
  const events = JSON.stringify([chat.events, audited(chat)]);
  assert.doesNotMatch(events, /geheim/);
});

Deno.test("user_disable and user_delete close the connections of the account at once", async () => {
  for (const type of ["user_disable", "user_delete"]) {
    const chat = makeChat({ bob: "1234", eve: "1234" });
    const bobs = [await login(chat, "bob"), await login(chat, "bob")];
    const eve = await login(chat, "eve");
    await ask(bobs[0]!, chat, { type: "message", content: "before" });
    eve.take();
    const reply = await ask(chat.operate(), chat, { type, user: "BOB" });
    assert.deepEqual([reply["status"], reply["user"]], ["ok", "bob"]);
    for (const bob of bobs) {
      assert.equal(bob.reason, "kicked");
      assert.match(JSON.stringify(bob.take()), /Your account has been/);
    }
    assert.deepEqual(
      eve.take().map(({ user, state }) => [user, state]),
      [["bob", "offline"]],
    );
    const again = chat.connect();
    const answer = await ask(again, chat, { type: "login", username: "bob", password: "1234" });
    assert.equal(answer["code"], "login_failed");
    assert.equal(chat.stored.at(-1)!.content, "before");
    if (type === "user_delete") continue;
    await ask(chat.operate(), chat, { type: "user_enable", user: "bob" });
    const back = await ask(again, chat, { type: "login", username: "bob", password: "1234" });
    assert.equal(back["status"], "ok");
  }
});

Deno.test("user_role applies at once: to permissions, lists and restricted channels", async () => {
  const chat = makeChat({ bob: "1234/moderator", eve: "1234" });
  chat.services.channels.configure(
    [{ name: "#profs", roles: ["moderator"], accounts: [], readOnly: false }],
    0,
  );
  const [bob, eve] = [await login(chat, "bob"), await login(chat, "eve")];
  const operator = chat.operate();
  await ask(bob, chat, { type: "join", channel: "#profs" });
  assert.equal((await ask(eve, chat, { type: "bans" }))["code"], "forbidden");
  await ask(operator, chat, { type: "user_role", user: "eve", role: "moderator" });
  await ask(operator, chat, { type: "user_role", user: "bob", role: "member" });
  assert.equal((await ask(eve, chat, { type: "bans" }))["type"], "bans");
  assert.equal((await ask(bob, chat, { type: "bans" }))["code"], "expelled");
  assert.equal((await ask(bob, chat, { type: "bans" }))["code"], "forbidden");
  const { clients } = await ask(operator, chat, { type: "clients", filter: "bob" });
  assert.deepEqual((clients as Line[]).map(({ role }) => role), ["member"]);
  assert.deepEqual(audited(chat)[0], ["operator:root", "user_role", "bob", "moderator to member"]);
});

Deno.test("user_passwd sets a password, and a login in progress with the old one fails", async () => {
  const chat = makeChat({ bob: "1234" });
  const operator = chat.operate();
  const peer = chat.connect();
  chat.hashing.work = () => {
    chat.hashing.work = () => {};
    const { id } = chat.accountStore.findByKey("bob")!;
    chat.accountStore.setPasswordHash(id, "5678");
  };
  const late = await ask(peer, chat, { type: "login", username: "bob", password: "1234" });
  assert.equal(late["code"], "login_failed");
  const reply = await ask(operator, chat, { type: "user_passwd", user: "bob", password: "9999" });
  assert.deepEqual(reply, { type: "user_passwd", status: "ok", user: "bob" });
  const now = await ask(peer, chat, { type: "login", username: "bob", password: "9999" });
  assert.equal(now["status"], "ok");
});

Deno.test("user_erase deletes the account's messages in steps and closes its connections", async () => {
  const chat = makeChat({ bob: "1234", eve: "1234" });
  const [bob, eve] = [await login(chat, "bob"), await login(chat, "eve")];
  for (let i = 0; i < 60; i++) {
    await bob.say({ type: "message", to: "eve", content: `secret ${i}` });
  }
  await bob.say({ type: "message", content: "public" });
  chat.turn();
  const reply = await ask(chat.operate(), chat, { type: "user_erase", user: "bob" });
  assert.deepEqual([reply["status"], reply["user"]], ["ok", "bob"]);
  assert.ok(bob.closed && !eve.closed);
  assert.equal(chat.accountStore.findByKey("bob"), undefined);
  const rows = chat.database.sqlite.prepare("SELECT sender, content FROM messages").all();
  assert.deepEqual(rows.map(({ sender, content }) => [sender, content]), [[
    "compte supprimé",
    "public",
  ]]);
});

Deno.test("user_show describes an account without its hash; a missing account is reported by its name", async () => {
  const chat = makeChat({ bob: "1234" });
  const operator = chat.operate();
  const shown = await ask(operator, chat, { type: "user_show", user: "BOB" });
  assert.deepEqual(shown, {
    type: "user_show",
    status: "ok",
    user: "bob",
    role: "member",
    disabled: false,
    created_at: "1970-01-01T00:00:00.000Z",
  });
  for (const type of ["user_show", "user_delete", "user_disable", "user_enable", "user_erase"]) {
    const error = await ask(operator, chat, { type, user: "x".repeat(60_000) });
    assert.equal(error["code"], "unknown_user", type);
    assert.ok(String(error["message"]).length < 120);
  }
});

Deno.test("admin.accounts = false rejects every request about accounts and gives the reason", async () => {
  const chat = makeChat({ bob: "1234" }, { accountAdmin: false });
  const operator = chat.operate();
  const requests: Line[] = [
    { type: "user_show", user: "bob" },
    { type: "user_add", user: "zoe", password: "1234" },
    { type: "user_passwd", user: "bob", password: "5678" },
    { type: "user_role", user: "bob", role: "admin" },
    { type: "user_disable", user: "bob" },
    { type: "user_enable", user: "bob" },
    { type: "user_delete", user: "bob" },
    { type: "user_erase", user: "bob" },
  ];
  for (const request of requests) {
    const error = await ask(operator, chat, request);
    assert.equal(error["code"], "forbidden");
    assert.match(String(error["message"]), /admin\.accounts is false/);
  }
  assert.equal(chat.accountStore.list().length, 1);
  assert.equal(chat.accountStore.findByKey("bob")!.role, "member");
});

Deno.test("a guest who joins while the name is being registered keeps it, and the registration fails", async () => {
  const chat = makeChat();
  const [asker, late] = [chat.connect(), chat.connect()];
  chat.hashing.work = () => {
    chat.hashing.work = () => {};
    late.consumer.line('{"type":"message","from":"Zoé","content":""}', 0);
  };
  const reply = await ask(asker, chat, { type: "register", username: "zoé", password: "1234" });
  assert.deepEqual([reply["code"], reply["message"]], [
    "username_taken",
    "Username already exists.",
  ]);
  assert.equal(chat.accountStore.findByKey("zoé"), undefined);
});

Deno.test("a connection that is closed while its password is hashed neither registers nor joins", async () => {
  const chat = makeChat({ bob: "1234" });
  for (
    const request of [
      { type: "register", username: "zoe", password: "1234" },
      { type: "login", username: "bob", password: "1234" },
    ]
  ) {
    const peer = chat.connect();
    chat.hashing.work = () => peer.close("banned");
    await peer.say(request);
    chat.turn();
    assert.deepEqual(peer.take(), []);
  }
  assert.equal(chat.accountStore.findByKey("zoe"), undefined);
  assert.equal(chat.services.roster.size, 0);
});

Deno.test("a login succeeds only if the account is unchanged after the check of the password", async () => {
  const chat = makeChat({ bob: "1234", eve: "1234" });
  const meanwhile: [string, () => void][] = [
    ["bob", () => chat.accountStore.setDisabled(chat.accountStore.findByKey("bob")!.id, 1)],
    ["eve", () => {
      const { id } = chat.accountStore.findByKey("eve")!;
      chat.accountStore.delete(id);
      chat.accountStore.create({ name: "eve", key: "eve", passwordHash: "other", now: 0 });
    }],
  ];
  for (const [username, work] of meanwhile) {
    for (const turns of [1, 2]) {
      const peer = chat.connect();
      let turn = 0;
      chat.hashing.work = () => {
        if (++turn === turns) work();
      };
      const reply = await ask(peer, chat, { type: "login", username, password: "1234" });
      assert.equal(reply["code"], "login_failed", `${username} ${turns}`);
    }
  }
});

Deno.test("the staff is told when the password of an account is guessed on a network of its owner", async () => {
  const chat = makeChat({ prof: "geheim/moderator", bob: "1234", eve: "1234/admin" });
  const staff = [await login(chat, "eve")];
  await ask(staff[0]!, chat, { type: "whoami" });
  const bob = await login(chat, "bob");
  const owner = await login(chat, "prof", "geheim");
  await ask(owner, chat, { type: "logout" });
  const guesser = chat.connect();
  for (let i = 0; i < 50; i++) {
    chat.clock.pass(60_000);
    const reply = await ask(guesser, chat, { type: "login", username: "prof", password: "x" });
    assert.equal(reply["code"], "login_failed");
  }
  for (const each of staff) {
    const notices = each.take().filter(({ type }) => type === "system");
    assert.deepEqual(notices.map(({ code }) => code), ["guessing"]);
    assert.match(
      String(notices[0]!["content"]),
      /password of prof: 50 failed logins today from 10\.0\.0\.5/,
    );
  }
  assert.deepEqual(bob.take().filter(({ type }) => type === "system"), []);
  assert.deepEqual(
    chat.events.filter(([name]) => name === "guessed"),
    [["guessed", "prof", "10.0.0.5", 50]],
  );
  assert.equal(
    (await ask(guesser, chat, { type: "login", username: "prof", password: "geheim" }))[
      "retry_after"
    ],
    900,
  );
});
