// Tests of imports of class lists through the server: what they cause for users who are online, and who may import.
import assert from "node:assert/strict";
import { PEOPLE_MAX } from "../../../lib/school/limits.ts";
import { type FakeChat, type FakePeer, type Line, makeChat } from "../fakes.ts";
import { ask, guest, member, modernMember, outcome, STAFF } from "../people.ts";
import { audit, notices } from "./staff.ts";

/** Sends rows, and imports them. */
async function load(
  chat: FakeChat,
  peer: FakePeer,
  { rows, ...options }: Line & { rows: readonly Line[] },
): Promise<Line> {
  const numbered = rows.map((row, at) => ({ line: at + 2, password: `pw-${row["name"]}`, ...row }));
  const sent = await ask(chat, peer, { type: "class_rows", first: true, rows: numbered });
  assert.equal(sent["status"], "ok", JSON.stringify(sent));
  return await ask(chat, peer, { type: "class_import", ...options });
}

const accounts = (chat: FakeChat) =>
  chat.accountStore.list().map(({ name, role, passwordHash }) => `${name} ${role} ${passwordHash}`);

Deno.test("an import creates accounts that log in at once, and the audit log has every change", async () => {
  const chat = makeChat(STAFF);
  const root = chat.operate();
  const gus = await guest(chat, "Zoé");
  const reply = await load(chat, root, {
    rows: [{ name: "zoé", class: "2SLAM", groups: ["Club"] }, { name: "bob", class: "2SLAM" }],
  });
  assert.deepEqual(reply, {
    type: "class_import",
    status: "ok",
    classes: ["2SLAM"],
    new_classes: ["2SLAM"],
    new_groups: ["Club"],
    add: 1,
    move: 0,
    change: 1,
    keep: 0,
    steps: [
      {
        line: 2,
        name: "zoé",
        kind: "add",
        role: "member",
        password: true,
        class: "2SLAM",
        groups: ["Club"],
      },
      { line: 3, name: "bob", kind: "change", class: "2SLAM" },
    ],
    disable: [],
    share: 0,
    untouched: [],
    problems: [],
    problem_count: 0,
  });
  assert.match(notices(gus).join(), /Zoé~2/);
  await member(chat, "zoé", "pw-zoé");
  assert.deepEqual(
    audit(chat).map(([actor, action, target, , detail]) => [actor, action, target, detail]),
    [
      [
        "operator:root",
        "class_import",
        "2SLAM",
        "1 added, 0 moved, 1 changed, 0 unchanged, 0 disabled",
      ],
      ["operator:root", "group_create", "2SLAM", "class"],
      ["operator:root", "group_create", "Club", ""],
      ["operator:root", "user_add", "zoé", "member; import"],
      ["operator:root", "group_add", "zoé", "2SLAM"],
      ["operator:root", "group_add", "zoé", "Club"],
      ["operator:root", "group_add", "bob", "2SLAM"],
    ],
  );
  assert.ok(!JSON.stringify([chat.events, audit(chat)]).includes("pw-"));
  assert.equal(
    outcome(await ask(chat, root, { type: "class_import" })),
    "bad_request",
    "a list is imported once",
  );
});

Deno.test("new roles, passwords, names and disabled accounts take effect for users who are online", async () => {
  const chat = makeChat({ ...STAFF, kim: "1234", lea: "1234", tom: "1234" });
  const root = chat.operate();
  await load(chat, root, {
    rows: [
      { name: "bob", id: "1", class: "A" },
      { name: "kim", id: "2", class: "A" },
      { name: "lea", class: "A" },
      { name: "tom", class: "A" },
      { name: "max", class: "A" },
    ],
  });
  await ask(chat, root, { type: "channel_create", channel: "#a", groups: ["A"] });
  const [bob, kim, lea] = [
    await modernMember(chat, "bob"),
    await member(chat, "kim"),
    await member(chat, "lea"),
  ];
  const max = await modernMember(chat, "max");
  await ask(chat, max, { type: "join", channel: "#a" });
  await ask(chat, bob, { type: "join", channel: "#a" });
  for (const peer of [bob, kim, lea, max]) peer.take();
  const reply = await load(chat, root, {
    rows: [
      { name: "kim", id: "1", class: "B" },
      { name: "bob", id: "2", class: "A", role: "moderator" },
      { name: "lea", class: "A" },
      { name: "max", class: "A", role: "member" },
    ],
    reset_passwords: true,
  });
  assert.deepEqual(
    (reply["steps"] as Line[]).map(({ name, was, kind, role_was }) => [name, was, kind, role_was]),
    [["kim", "bob", "move", undefined], ["bob", "kim", "change", "member"], [
      "lea",
      undefined,
      "change",
      undefined,
    ], ["max", undefined, "change", "moderator"]],
  );
  const whoami = async (peer: FakePeer) => {
    const { name, role, channels } = await ask(chat, peer, { type: "whoami" });
    return [name, role, channels];
  };
  const told = notices(bob);
  assert.ok(told.some((text) => text.includes("renamed: You are now kim")), told.join());
  assert.ok(told.some((text) => text.startsWith("expelled")), told.join());
  assert.deepEqual(await whoami(bob), ["kim", "member", ["#général"]]);
  assert.deepEqual(notices(kim), ["kim: You are now bob."]);
  assert.deepEqual(await whoami(kim), ["bob", "moderator", ["#général"]]);
  assert.deepEqual((await whoami(max))[1], "member");
  await bob.say({ type: "message", to: "bob", content: "hello" });
  chat.turn();
  assert.deepEqual(
    kim.take().filter(({ content }) => content === "hello").map(({ from }) => from),
    ["kim"],
  );
  const gone = await load(chat, root, {
    rows: [{ name: "bob", class: "A" }, { name: "max", class: "A" }],
    disable_missing: true,
    confirmed: true,
  });
  assert.deepEqual([gone["status"], gone["disable"]], ["ok", ["lea", "tom"]]);
  assert.ok(lea.closed);
  assert.equal(
    outcome(
      await (async () => {
        const peer = chat.connect();
        return await ask(chat, peer, { type: "login", username: "lea", password: "pw-lea" });
      })(),
    ),
    "login_failed",
  );
});

Deno.test("a dry run, a list with a problem, and a list that disables too many change nothing", async () => {
  const chat = makeChat(STAFF);
  const root = chat.operate();
  await load(chat, root, { rows: [{ name: "u1", class: "A" }, { name: "u2", class: "A" }] });
  const before = [accounts(chat), audit(chat)];
  const same = () => assert.deepEqual([accounts(chat), audit(chat)], before);
  const list = { rows: [{ name: "u1", class: "A" }, { name: "u3", class: "A" }] };
  assert.equal((await load(chat, root, { ...list, dry_run: true }))["status"], "planned");
  same();
  const many = await load(chat, root, { ...list, disable_missing: true });
  assert.deepEqual([many["status"], many["share"]], ["unconfirmed", 0.5]);
  same();
  const wrong = await load(chat, root, {
    rows: [{ name: "u1" }, { name: "<b>" }, { name: "ada", role: "member" }, { name: "U1" }],
  });
  assert.deepEqual(
    (wrong["problems"] as Line[]).map(({ line, code }) => [line, code]),
    [[3, "bad_name"], [4, "admin_change"], [5, "same_name"]],
  );
  assert.match(String((wrong["problems"] as Line[])[0]!["text"]), /"<b>" is not a valid name/);
  assert.equal(wrong["status"], "refused");
  same();
});

Deno.test("an account that somebody changes while passwords are hashed is planned again", async () => {
  const chat = makeChat(STAFF);
  const root = chat.operate();
  let raced = false;
  chat.hashing.work = () => {
    if (raced) return;
    raced = true;
    chat.accountStore.create({ name: "zoe", key: "zoe", passwordHash: "hers", now: 1 });
  };
  const reply = await load(chat, root, { rows: [{ name: "zoe", class: "A" }, { name: "new" }] });
  assert.deepEqual([reply["status"], reply["add"], reply["change"]], ["ok", 1, 1]);
  assert.ok(accounts(chat).includes("zoe member hers"));
});

Deno.test("progress arrives while passwords are hashed, at most once for each percent", async () => {
  const chat = makeChat(STAFF);
  const root = chat.operate();
  const rows = Array.from(
    { length: 300 },
    (_, at) => ({ line: at + 2, name: `u${at}`, password: "1234" }),
  );
  for (let at = 0; at < 300; at += 100) {
    await ask(chat, root, { type: "class_rows", first: at === 0, rows: rows.slice(at, at + 100) });
  }
  await root.say({ type: "class_import", ref: "r" });
  const lines = root.take();
  const progress = lines.filter(({ type }) => type === "class_progress");
  assert.deepEqual(progress.at(-1), { type: "class_progress", done: 300, of: 300 });
  assert.equal(progress.length, 100);
  assert.equal(lines.at(-1)?.["ref"], "r");
  assert.equal(lines.at(-1)?.["add"], 300);
});

Deno.test("the rows of a list are bounded, and rows that are no rows are rejected", async () => {
  const chat = makeChat(STAFF);
  const root = chat.operate();
  const rows = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ line: at + 2, name: `u${at}` }));
  for (
    const wrong of [
      5,
      rows(101),
      [{ name: "a" }],
      [{ line: 0, name: "a" }],
      [{ line: 2, name: 5 }],
      [null],
    ]
  ) {
    const error = await ask(chat, root, { type: "class_rows", rows: wrong });
    assert.equal(error["code"], "bad_request");
  }
  const long = [{ line: 2, name: "a", password: "x".repeat(1_201) }];
  const error = await ask(chat, root, { type: "class_rows", rows: long });
  assert.doesNotMatch(JSON.stringify(error), /xxx/);
  assert.equal(outcome(await ask(chat, root, { type: "class_import" })), "bad_request");
  for (let count = 100; count <= PEOPLE_MAX; count += 100) {
    const { rows: had } = await ask(chat, root, { type: "class_rows", rows: rows(100) });
    assert.equal(had, count);
  }
  const full = await ask(chat, root, { type: "class_rows", rows: rows(1) });
  assert.deepEqual([full["code"], full["reason"]], ["bad_request", "list_full"]);
  assert.equal((await ask(chat, root, { type: "class_import" }))["reason"], "no_list");
  // The rows that follow are not imported as if they were all.
  const late = await ask(chat, root, { type: "class_rows", rows: rows(1) });
  assert.equal(late["reason"], "no_list");
});

Deno.test("admins import over TLS without touching administrators; other users do not know the requests", async () => {
  const chat = makeChat(STAFF);
  const page = async (name: string) => {
    const peer = chat.connect();
    peer.secure = true;
    await ask(chat, peer, { type: "hello" });
    await ask(chat, peer, { type: "login", username: name, password: "1234" });
    return peer;
  };
  const ada = await page("ada");
  const reply = await load(chat, ada, { rows: [{ name: "zoe", class: "A", role: "moderator" }] });
  assert.equal(reply["status"], "ok");
  assert.deepEqual(audit(chat)[0]?.slice(0, 3), ["ada", "class_import", "A"]);
  const rows = [{ name: "yan", role: "admin" }];
  assert.equal(outcome(await load(chat, ada, { rows, allow_admins: true })), "forbidden");
  assert.equal((await load(chat, ada, { rows }))["status"], "refused");
  chat.hashing.work = () => chat.accountStore.setRole(1, "member");
  assert.equal(outcome(await load(chat, ada, { rows: [{ name: "new" }] })), "forbidden");
  assert.ok(!accounts(chat).some((text) => text.startsWith("new ")));
  const max = await page("max");
  assert.equal(outcome(await ask(chat, max, { type: "class_import" })), "unknown_type");
});

Deno.test("an import that cannot be stored changes nothing, neither in the store nor for users who are online", async () => {
  const chat = makeChat(STAFF);
  const root = chat.operate();
  const bob = await modernMember(chat, "bob");
  chat.database.sqlite.exec(
    "CREATE TRIGGER full BEFORE INSERT ON group_members BEGIN SELECT raise(ABORT, 'full'); END",
  );
  const before = accounts(chat);
  const reply = await load(chat, root, {
    rows: [{ name: "Bobby", class: "A" }, { name: "bob", role: "moderator", class: "A" }],
  });
  assert.equal(outcome(reply), "internal");
  assert.deepEqual([accounts(chat), audit(chat)], [before, []]);
  assert.deepEqual((await ask(chat, bob, { type: "whoami" }))["role"], "member");
});
