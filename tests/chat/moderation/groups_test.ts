// Tests of operators' actions on groups.
import assert from "node:assert/strict";
import { nameKey } from "../../../lib/protocol/names.ts";
import { groupSchemas } from "../../../lib/protocol/requests/groups.ts";
import { GROUPS_MAX } from "../../../lib/store/groups.ts";
import { type Line, makeChat } from "../fakes.ts";
import { ask } from "../people.ts";
import { lesson, type Operate } from "./lesson.ts";
import { audit } from "./staff.ts";

const GENERAL = "#général";

Deno.test("an operator creates, fills, lists, renames and deletes groups", async () => {
  const chat = makeChat({ Ada: "1234", bob: "1234/moderator", eve: "1234" });
  const root = chat.operate();
  const operate: Operate = (type, members) => ask(chat, root, { type, ...members });
  assert.deepEqual(await operate("groups"), { type: "groups", groups: [] });
  const done = { status: "ok", group: "2SLAM" };
  assert.deepEqual(await operate("group_create", { group: "2SLAM" }), {
    type: "group_create",
    ...done,
  });
  assert.deepEqual(
    await operate("group_add", { group: "2slam", users: ["bob", "ADA", "ada", "bob"] }),
    { type: "group_add", ...done, users: ["bob", "Ada"] },
  );
  assert.deepEqual(await operate("group_add", { group: "2SLAM", users: ["eve", "Ada"] }), {
    type: "group_add",
    ...done,
    users: ["eve"],
  });
  await operate("user_disable", { user: "eve" });
  assert.deepEqual(await operate("group_show", { group: "2SLAM" }), {
    type: "group_show",
    ...done,
    class: false,
    members: [
      { name: "Ada", role: "member", disabled: false },
      { name: "bob", role: "moderator", disabled: false },
      { name: "eve", role: "member", disabled: true },
    ],
  });
  assert.deepEqual(await operate("group_remove", { group: "2SLAM", users: ["EVE", "bob"] }), {
    type: "group_remove",
    ...done,
    users: ["eve", "bob"],
  });
  assert.deepEqual(
    (await operate("group_remove", { group: "2SLAM", users: ["eve"] }))["users"],
    [],
  );
  assert.deepEqual(await operate("group_rename", { group: "2slam", name: "3SLAM" }), {
    type: "group_rename",
    status: "ok",
    group: "3SLAM",
  });
  assert.deepEqual(await operate("groups"), {
    type: "groups",
    groups: [{ name: "3SLAM", class: false, members: 1 }],
  });
  assert.deepEqual(await operate("group_delete", { group: "3slam" }), {
    type: "group_delete",
    status: "ok",
    group: "3SLAM",
  });
  assert.deepEqual((await operate("groups"))["groups"], []);
  assert.deepEqual(
    audit(chat).map(([actor, action, target, , detail]) => [actor, action, target, detail]),
    [
      ["operator:root", "group_create", "2SLAM", ""],
      ["operator:root", "group_add", "bob", "2SLAM"],
      ["operator:root", "group_add", "Ada", "2SLAM"],
      ["operator:root", "group_add", "eve", "2SLAM"],
      ["operator:root", "user_disable", "eve", ""],
      ["operator:root", "group_remove", "eve", "2SLAM"],
      ["operator:root", "group_remove", "bob", "2SLAM"],
      ["operator:root", "group_rename", "2SLAM", "to 3SLAM"],
      ["operator:root", "group_delete", "3SLAM", ""],
    ],
  );
});

Deno.test("a request about groups that is wrong changes nothing, and its error names the mistake", async () => {
  const { chat, operate } = await lesson();
  await operate("group_create", { group: "club" });
  const before = audit(chat);
  const wrong: readonly [string, Line, string, RegExp][] = [
    ["group_add", { group: "2SLAM", users: ["eve", "Zoé"] }, "unknown_user", /"Zoé"/],
    ["group_remove", { group: "2SLAM", users: ["ada", "Zoé"] }, "unknown_user", /"Zoé"/],
    ["group_add", { group: "3SLAM", users: ["eve"] }, "unknown_group", /"3SLAM"/],
    ["group_show", { group: "3SLAM" }, "unknown_group", /"3SLAM"/],
    ["group_delete", { group: "3SLAM" }, "unknown_group", /"3SLAM"/],
    ["group_rename", { group: "3SLAM", name: "x" }, "unknown_group", /"3SLAM"/],
    ["group_rename", { group: "2SLAM", name: "CLUB" }, "bad_request", /exists: club/],
    [
      "group_rename",
      { group: "2SLAM", name: "a\nb" },
      "bad_request",
      /Member "name": expected a name/,
    ],
    ["group_create", { group: "2slam" }, "bad_request", /exists: 2SLAM/],
    ["group_create", { group: "" }, "bad_request", /Member "group": expected a name of 1 to 64/],
    ["group_create", { group: "x".repeat(65) }, "bad_request", /Member "group"/],
    ["group_create", { group: "admin" }, "bad_request", /Member "group"/],
    ["group_create", { group: 5 }, "bad_request", /Member "group": expected a string/],
    ["group_create", {}, "bad_request", /Member "group"/],
    ["group_add", { group: "2SLAM", users: [] }, "bad_request", /list of 1 to 200 names/],
    ["group_add", { group: "2SLAM", users: "eve" }, "bad_request", /list of 1 to 200 names/],
    ["group_add", { group: "2SLAM", users: [5] }, "bad_request", /list of 1 to 200 names/],
    ["group_add", { group: "2SLAM", users: Array(201).fill("eve") }, "bad_request", /1 to 200/],
    ["group_add", { group: "2SLAM" }, "bad_request", /list of 1 to 200 names/],
    ["channel_update", { channel: "#cours", groups: ["a\nb"] }, "bad_request", /names of groups/],
    ["channel_update", { channel: "#cours", groups: "2SLAM" }, "bad_request", /names of groups/],
    ["channel_update", { channel: GENERAL, groups: ["2SLAM"] }, "bad_request", /open to everyone/],
    ["channel_create", { channel: "#x", groups: [5] }, "bad_request", /names of groups/],
  ];
  for (const [type, members, code, message] of wrong) {
    const reply = await operate(type, members);
    assert.equal(reply["code"], code, JSON.stringify([type, members, reply]));
    assert.match(String(reply["message"]), message);
  }
  assert.deepEqual(audit(chat), before);
  const { members } = await operate("group_show", { group: "2SLAM" });
  assert.deepEqual((members as Line[]).map(({ name }) => name), ["Ada", "bob"]);
});

Deno.test("a group may be renamed to another spelling of its own name", async () => {
  const { operate } = await lesson();
  assert.equal(
    (await operate("group_rename", { group: "2SLAM", name: "2Slam" }))["group"],
    "2Slam",
  );
});

Deno.test("there is a greatest number of groups", async () => {
  const { chat, operate } = await lesson();
  const { groups, atomically } = chat.services;
  atomically(() => {
    for (let n = 1; n < GROUPS_MAX; n++) groups.create({ name: `g${n}`, key: `g${n}`, now: 0 });
  });
  const full = await operate("group_create", { group: "one more" });
  assert.deepEqual([full["code"], full["reason"]], ["bad_request", "too_many_groups"]);
  await operate("group_delete", { group: "g1" });
  assert.equal((await operate("group_create", { group: "one more" }))["status"], "ok");
});

Deno.test("where operators may not manage accounts, they may not manage groups", async () => {
  const chat = makeChat({ bob: "1234" }, { accountAdmin: false });
  const root = chat.operate();
  chat.services.groups.create({ name: "2SLAM", key: "2slam", now: 0 });
  for (const type of Object.keys(groupSchemas)) {
    const members = { group: "2SLAM", name: "x", users: ["bob"] };
    const reply = await ask(chat, root, { type, ...members });
    assert.deepEqual([reply["code"], reply["reason"]], ["forbidden", "accounts_closed"], type);
  }
});

Deno.test("long lists of groups and of their accounts go on after the last name", async () => {
  const { chat, operate } = await lesson();
  const { groups, atomically, limits } = chat.services;
  const { id } = groups.create({ name: "all", key: "all", now: 0 });
  const made: string[] = [];
  atomically(() => {
    for (let n = 0; n < 1_234; n++) {
      const name = `Pupil${String(n).padStart(4, "0")}`;
      made.push(name);
      const account = { name, key: nameKey(name), passwordHash: "", now: 0 };
      groups.add(id, [chat.accountStore.create(account).id]);
    }
  });
  const listAll = async (request: Line, rows: string) => {
    const names: string[] = [];
    for (let pages = 1;; pages++) {
      const page = await operate(String(request["type"]), { ...request, after: names.at(-1) });
      names.push(...(page[rows] as { name: string }[]).map(({ name }) => name));
      if (page["more"] === undefined) return { names, pages };
    }
  };
  const show = { type: "group_show", group: "all" };
  assert.deepEqual(await listAll(show, "members"), { names: made, pages: 3 });
  Object.assign(limits, { replyBytes: 10_000 });
  const shorter = await listAll(show, "members");
  assert.deepEqual([shorter.names, shorter.pages > 5], [made, true]);
  Object.assign(limits, { replyBytes: 60 });
  assert.deepEqual(await listAll({ type: "groups" }, "groups"), {
    names: ["2SLAM", "all"],
    pages: 2,
  });
});

Deno.test("an admin manages groups over TLS, but adds and removes only accounts of lower roles", async () => {
  const { chat } = await lesson();
  chat.accountStore.setRole(chat.accountStore.findByKey("eve")!.id, "admin");
  const eve = chat.connect();
  await eve.say({ type: "hello" });
  await eve.say({ type: "login", username: "eve", password: "1234" });
  const requests = { group: "2SLAM", users: ["max", "eve"] };
  const refused = await ask(chat, eve, { type: "group_add", ...requests });
  assert.deepEqual([refused["code"], refused["reason"]], ["forbidden", "clear_management"]);
  eve.secure = true;
  const self = await ask(chat, eve, { type: "group_add", ...requests });
  assert.deepEqual([self["code"], self["reason"]], ["forbidden", "rank"]);
  const done = await ask(chat, eve, { type: "group_add", group: "2SLAM", users: ["max"] });
  assert.deepEqual(done["users"], ["max"]);
  assert.deepEqual(audit(chat).at(-1), ["eve", "group_add", "max", null, "2SLAM", "10.0.0.5"]);
});
