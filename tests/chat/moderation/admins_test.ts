// Tests of what an admin may do about accounts over TLS, as the page does, with in-memory peers.
import assert from "node:assert/strict";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { STAFF } from "../people.ts";
import { audit } from "./staff.ts";

/** Logs in over TLS, and says `hello` as a page does. */
async function secure(chat: FakeChat, name: string): Promise<FakePeer> {
  const peer = chat.connect();
  peer.secure = true;
  await ask(chat, peer, { type: "hello" });
  await ask(chat, peer, { type: "login", username: name, password: "1234" });
  return peer;
}

async function ask(chat: FakeChat, peer: FakePeer, request: Line): Promise<Line> {
  await peer.say({ ...request, ref: "r" });
  chat.turn();
  return peer.take().find(({ ref }) => ref === "r")!;
}

const ADD = { type: "user_add", user: "zoe", password: "geheim" };

Deno.test("an admin over TLS creates, changes and lists accounts under his own name in the audit log", async () => {
  const chat = makeChat(STAFF);
  const ada = await secure(chat, "ada");
  assert.equal((await ask(chat, ada, { ...ADD, role: "moderator" }))["status"], "ok");
  assert.equal((await ask(chat, ada, { type: "user_disable", user: "bob" }))["status"], "ok");
  const { users, accounts } = await ask(chat, ada, { type: "user_list", after: "bob", limit: 2 });
  assert.deepEqual(
    (users as Line[]).map(({ name, role, disabled }) => [name, role, disabled]),
    [["Jean Paul", "member", false], ["max", "moderator", false]],
  );
  assert.equal(accounts, 5);
  assert.deepEqual(audit(chat).map((entry) => entry.slice(0, 3)), [
    ["ada", "user_add", "zoe"],
    ["ada", "user_disable", "bob"],
  ]);
});

Deno.test("a list of accounts says that more follow, and goes on after the last name", async () => {
  const chat = makeChat(STAFF);
  const ada = await secure(chat, "ada");
  const names: unknown[] = [];
  for (let after = "", more = true; more;) {
    const page = await ask(chat, ada, { type: "user_list", after, limit: 1 });
    const [row] = page["users"] as Line[];
    names.push(row!["name"]);
    after = String(row!["name"]);
    more = page["more"] === true;
  }
  assert.deepEqual(names, ["ada", "bob", "Jean Paul", "max"]);
});

Deno.test("over a connection that others can read, an admin is told to use TLS, and nothing changes", async () => {
  const chat = makeChat(STAFF);
  const ada = await secure(chat, "ada");
  ada.secure = false;
  for (
    const request of [ADD, { type: "user_list" }, {
      type: "user_passwd",
      user: "bob",
      password: "12345",
    }]
  ) {
    const error = await ask(chat, ada, request);
    assert.deepEqual([error["code"], error["reason"]], ["forbidden", "clear_management"]);
  }
  assert.equal(chat.accountStore.list().length, 4);
});

Deno.test("for everyone else, and for old clients of admins, these requests do not exist", async () => {
  const chat = makeChat(STAFF);
  const max = await secure(chat, "max");
  const old = chat.connect();
  old.secure = true;
  await ask(chat, old, { type: "login", username: "ada", password: "1234" });
  for (const peer of [max, old]) {
    const error = await ask(chat, peer, ADD);
    assert.equal(error["code"], "unknown_type");
    assert.doesNotMatch(String(error["message"]), /user_add,/);
  }
  const ada = await secure(chat, "ada");
  for (const type of ["user_delete", "user_erase", "reload"]) {
    assert.equal((await ask(chat, ada, { type, user: "bob" }))["code"], "unknown_type");
  }
});

Deno.test("an admin neither makes other admins nor acts on them or on the own account", async () => {
  const chat = makeChat({ ...STAFF, eva: "1234/admin" });
  const ada = await secure(chat, "ada");
  const requests = [
    { ...ADD, role: "admin" },
    { type: "user_role", user: "bob", role: "admin" },
    ...["eva", "ada"].flatMap((user) => [
      { type: "user_role", user, role: "member" },
      { type: "user_passwd", user, password: "12345" },
      { type: "user_disable", user },
      { type: "user_enable", user },
      { type: "user_end_sessions", user },
    ]),
  ];
  for (const request of requests) {
    const error = await ask(chat, ada, request);
    assert.deepEqual(
      [error["code"], error["reason"]],
      ["forbidden", "rank"],
      JSON.stringify(request),
    );
  }
  assert.deepEqual(audit(chat), []);
});

Deno.test("an admin who loses the role while a password is hashed changes nothing", async () => {
  for (const request of [ADD, { type: "user_passwd", user: "bob", password: "geheim" }]) {
    const chat = makeChat(STAFF);
    const ada = await secure(chat, "ada");
    const before = chat.accountStore.findByKey("bob")!.passwordHash;
    chat.hashing.work = () => {
      chat.hashing.work = () => {};
      chat.accountStore.setRole(chat.accountStore.findByKey("ada")!.id, "member");
    };
    assert.equal((await ask(chat, ada, request))["reason"], "rank");
    assert.equal(chat.accountStore.findByKey("zoe"), undefined);
    assert.equal(chat.accountStore.findByKey("bob")!.passwordHash, before);
  }
});
