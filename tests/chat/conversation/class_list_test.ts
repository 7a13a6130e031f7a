// Tests of `classes` and `class`: who is listed, and what staff learns of each person.
import assert from "node:assert/strict";
import { PEOPLE_MAX } from "../../../lib/chat/conversation/class_list.ts";
import type { Line } from "../fakes.ts";
import { makeClass, page } from "../lesson/classes.ts";
import { ask, guest, member, outcome, say } from "../people.ts";

const SLAM = { type: "class", class: "2slam" };
const NOW = "2026-11-22T00:00:00.000Z";

function people(reply: Line): Line[] {
  return reply["people"] as Line[];
}

/** Returns the row of a person. */
function row(reply: Line, name: string): Line | undefined {
  return people(reply).find((line) => line["name"] === name);
}

Deno.test("staff lists the classes, and groups that are no classes are not among them", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  assert.deepEqual(await ask(chat, max, { type: "classes" }), {
    type: "classes",
    classes: [{ name: "2SLAM", members: 3 }],
  });
  assert.equal(outcome(await ask(chat, max, { type: "class", class: "Club" })), "unknown_class");
  const bob = await page(chat, "bob");
  for (const type of ["classes", "class", "attendance"]) {
    assert.equal(outcome(await ask(chat, bob, { type })), "forbidden");
    assert.equal(outcome(await ask(chat, chat.operate(), { type })), type);
  }
});

Deno.test("a class lists all its accounts, absent ones too, and who is online what they do", async () => {
  const chat = makeClass();
  const [max, bob, carl] = [
    await page(chat, "max"),
    await member(chat, "bob"),
    await page(chat, "carl"),
  ];
  chat.time += 60_000;
  await ask(chat, carl, { type: "status", state: "away" });
  await ask(chat, max, { type: "mute", user: "carl", seconds: 60 });
  await ask(chat, carl, { type: "hand", up: true });
  const { id } = await say(chat, bob, "  one\n two ");
  const reply = await ask(chat, max, SLAM);
  assert.deepEqual(reply, {
    type: "class",
    class: "2SLAM",
    people: [
      { name: "alice", role: "member", here: false },
      {
        name: "bob",
        role: "member",
        here: true,
        state: "online",
        since: NOW,
        last: { id, channel: "#général", at: "2026-11-22T00:01:00.000Z", text: "one two" },
      },
      {
        name: "carl",
        role: "member",
        here: true,
        state: "away",
        since: NOW,
        muted_until: "2026-11-22T00:02:00.000Z",
        hand: 1,
      },
    ],
  });
  const rest = await ask(chat, max, { ...SLAM, after: "BOB" });
  assert.deepEqual(people(rest).map(({ name }) => name), ["carl"]);
});

Deno.test("without a class, everyone online is listed, guests too", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  await guest(chat, "zoe");
  const reply = await ask(chat, max, { type: "class" });
  assert.deepEqual(people(reply).map(({ name, role }) => [name, role]), [
    ["max", "moderator"],
    ["zoe", "guest"],
  ]);
  assert.ok(!("class" in reply));
});

Deno.test("a guest with the name of an account of the class is not the account", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  chat.accountStore.delete(chat.accountStore.findByKey("bob")!.id);
  await guest(chat, "bob");
  assert.equal(row(await ask(chat, max, SLAM), "bob"), undefined);
});

Deno.test("an absent account that is muted or disabled is listed as such", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  await ask(chat, max, { type: "mute", user: "alice", seconds: 0 });
  await ask(chat, chat.operate(), { type: "user_disable", user: "bob" });
  const reply = await ask(chat, max, SLAM);
  assert.deepEqual(row(reply, "alice"), {
    name: "alice",
    role: "member",
    here: false,
    muted_until: null,
  });
  assert.equal(row(reply, "bob")!["disabled"], true);
});

Deno.test("the last message is of a channel that the asker may read, and never private", async () => {
  const chat = makeClass();
  const [max, ada] = [await page(chat, "max"), await page(chat, "ada")];
  const root = chat.operate();
  await ask(chat, root, { type: "channel_create", channel: "#admins", roles: ["admin"] });
  const { id } = await say(chat, ada, "for all");
  const secret = await say(chat, ada, { content: "for admins", channel: "#admins" });
  await ask(chat, ada, { type: "private", to: "bob", content: "for bob" });
  const last = async (peer: typeof max) =>
    row(await ask(chat, peer, { type: "class" }), "ada")!["last"] as Line;
  assert.equal((await last(max))["text"], "for all");
  assert.equal((await last(ada))["text"], "for admins");
  assert.equal((await last(root))["text"], "for admins");
  assert.ok(!JSON.stringify(await ask(chat, max, { type: "class" })).includes("admins"));
  // A message that has been deleted is not shown.
  await ask(chat, ada, { type: "delete", id: secret["id"] });
  assert.equal((await last(ada))["id"], id);
  // Nor are messages from before an expulsion.
  await ask(chat, ada, { type: "kick", user: "max", channel: "#général" });
  assert.equal(await last(max), undefined);
});

Deno.test("the beginning of the last message is one line of at most 80 characters", async () => {
  const chat = makeClass();
  const [max, bob] = [await page(chat, "max"), await page(chat, "bob")];
  await say(chat, bob, "a\r\n\t b ".repeat(1_000));
  const { text } = row(await ask(chat, max, SLAM), "bob")!["last"] as { text: string };
  assert.ok(text.length <= 80 && text.startsWith("a b a b"), text);
});

Deno.test("staff sees pupils who hide, and a moderator does not see an admin who hides", async () => {
  const chat = makeClass();
  const [max, mia, ada, bob] = [
    await page(chat, "max"),
    await page(chat, "mia"),
    await page(chat, "ada"),
    await page(chat, "bob"),
  ];
  for (const peer of [mia, ada, bob]) await ask(chat, peer, { type: "status", state: "invisible" });
  const seen = async (peer: typeof max) =>
    people(await ask(chat, peer, { type: "class" })).map(({ name }) => name);
  assert.deepEqual(await seen(max), ["bob", "max"]);
  assert.deepEqual(await seen(mia), ["bob", "max", "mia"]);
  assert.deepEqual(await seen(ada), ["ada", "bob", "max", "mia"]);
  assert.equal(row(await ask(chat, max, SLAM), "bob")!["here"], true);
});

Deno.test("a long list comes in pages, each with a limited number of people", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  for (let number = 0; number < PEOPLE_MAX + 20; number++) await guest(chat, `g${number}`);
  const names: unknown[] = [];
  for (let more = true; more;) {
    const reply = await ask(chat, max, { type: "class", after: names.at(-1) });
    assert.ok(people(reply).length <= PEOPLE_MAX);
    names.push(...people(reply).map(({ name }) => name));
    more = reply["more"] === true;
  }
  assert.equal(new Set(names).size, PEOPLE_MAX + 21);
  assert.equal(names.length, PEOPLE_MAX + 21);
});
