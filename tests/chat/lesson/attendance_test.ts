// Tests of the attendance: what is noted of users, and what staff reads of it.
import assert from "node:assert/strict";
import { Attendance } from "../../../lib/chat/lesson/attendance.ts";
import type { User } from "../../../lib/chat/presence/session.ts";
import { GroupStore } from "../../../lib/store/groups.ts";
import { PART_MS } from "../../../lib/store/lesson/visits.ts";
import type { FakeChat, FakePeer, Line } from "../fakes.ts";
import { signInGuest } from "../pages.ts";
import { ask, guest, member, outcome, type } from "../people.ts";
import { makeClass, page } from "./classes.ts";

const START = Date.UTC(2026, 10, 22);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Returns a time as it is on the wire. @param after Milliseconds after the start. */
function at(after: number): string {
  return new Date(START + after).toISOString();
}

/** Reads the attendance of the class or of everyone, from an hour before the start to a day after it. */
async function attendance(chat: FakeChat, peer: FakePeer, request: Line = {}): Promise<Line[]> {
  const period = { from: at(-HOUR), to: at(DAY) };
  const reply = await ask(chat, peer, { type: "attendance", ...period, ...request });
  assert.equal(reply["type"], "attendance", JSON.stringify(reply));
  return reply["people"] as Line[];
}

Deno.test("the attendance of a class has the visits of each account, and the absent", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const bob = await member(chat, "bob");
  chat.time += HOUR;
  await ask(chat, bob, { type: "logout" });
  chat.time += HOUR;
  await page(chat, "carl");
  const request = { type: "attendance", class: "2slam", from: at(0), to: at(3 * HOUR) };
  assert.deepEqual(await ask(chat, max, request), {
    type: "attendance",
    class: "2SLAM",
    from: at(0),
    to: at(3 * HOUR),
    people: [
      { name: "alice", visits: [] },
      { name: "bob", visits: [{ from: at(0), to: at(HOUR) }] },
      { name: "carl", visits: [{ from: at(2 * HOUR), to: null }] },
    ],
  });
  const early = await attendance(chat, max, { class: "2SLAM", to: at(HOUR) });
  assert.deepEqual(early.map(({ visits }) => (visits as unknown[]).length), [0, 1, 0]);
});

Deno.test("without a class, everyone with a visit in the period is listed, guests too", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const gus = await guest(chat, "gus");
  chat.time += MINUTE;
  await type(chat, gus, "/nick zoe");
  chat.time += MINUTE;
  await ask(chat, gus, { type: "logout" });
  assert.deepEqual(await attendance(chat, max), [
    { name: "gus", guest: true, visits: [{ from: at(0), to: at(MINUTE) }] },
    { name: "max", visits: [{ from: at(0), to: null }] },
    { name: "zoe", guest: true, visits: [{ from: at(MINUTE), to: at(2 * MINUTE) }] },
  ]);
});

Deno.test("a user who lingers or is invisible is present, and a short break makes no gap", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const { peer, token } = await signInGuest(chat, "zoe");
  await ask(chat, peer, { type: "status", state: "invisible" });
  chat.time += MINUTE;
  peer.consumer.ended("client");
  chat.time += 3_000;
  const again = chat.connect();
  assert.equal(outcome(await ask(chat, again, { type: "resume", token })), "ok");
  chat.time += MINUTE;
  const bob = await member(chat, "bob");
  await ask(chat, bob, { type: "logout" });
  chat.time += 59_000;
  await member(chat, "bob");
  const [bobs, , zoes] = await attendance(chat, max);
  assert.deepEqual(zoes!["visits"], [{ from: at(0), to: null }]);
  assert.deepEqual(bobs!["visits"], [{ from: at(2 * MINUTE + 3_000), to: null }]);
});

Deno.test("a second connection of a user makes no second visit", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const [first, second] = [await member(chat, "bob"), await member(chat, "bob")];
  chat.time += MINUTE;
  await ask(chat, first, { type: "logout" });
  chat.time += MINUTE;
  await ask(chat, second, { type: "logout" });
  const [bob] = await attendance(chat, max);
  assert.deepEqual(bob!["visits"], [{ from: at(0), to: at(2 * MINUTE) }]);
});

Deno.test("a visit of several days is shown as one", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const bot = await member(chat, "bob");
  for (let day = 0; day < 3; day++) {
    chat.time += PART_MS;
    chat.services.lesson.attendance.tick();
  }
  await ask(chat, bot, { type: "logout" });
  const whole = await attendance(chat, max, { class: "2SLAM", to: at(4 * DAY) });
  assert.deepEqual(whole[1]!["visits"], [{ from: at(0), to: at(3 * DAY) }]);
  const second = await attendance(chat, max, { from: at(DAY + 1), to: at(DAY + 2) });
  assert.deepEqual(second[0]!["visits"], [{ from: at(DAY), to: at(2 * DAY) }]);
});

Deno.test("the period is by default the last day, and at most 31 days", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const reply = await ask(chat, max, { type: "attendance" });
  assert.deepEqual([reply["from"], reply["to"]], [at(-DAY), at(0)]);
  const wrong = [
    { from: at(0), to: at(0) },
    { from: at(1), to: at(0) },
    { from: at(-32 * DAY), to: at(0) },
    { from: "2026-11-22", to: at(0) },
    { from: 5 },
    { to: "yesterday" },
  ];
  for (const period of wrong) {
    assert.equal(outcome(await ask(chat, max, { type: "attendance", ...period })), "bad_request");
  }
  const local = { from: "2026-11-22T01:00+01:00", to: at(1) };
  assert.equal((await ask(chat, max, { type: "attendance", ...local }))["from"], at(0));
});

Deno.test("a long attendance comes in pages that list each person once", async () => {
  const chat = makeClass();
  Object.assign(chat.services.limits, { replyBytes: 600 });
  const max = await page(chat, "max");
  for (let number = 0; number < 40; number++) await guest(chat, `g${number}`);
  const names: unknown[] = [];
  for (let more = true; more;) {
    const reply = await ask(chat, max, { type: "attendance", to: at(1), after: names.at(-1) });
    names.push(...(reply["people"] as Line[]).map(({ name }) => name));
    more = reply["more"] === true;
  }
  assert.equal(names.length, 41);
  assert.equal(new Set(names).size, 41);
});

Deno.test("a guest who writes one name in many ways gets a limited number of rows, and no visit is lost", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  const insert = chat.database.sqlite.prepare(
    "INSERT INTO visits (guest, started_at, ended_at) VALUES (?, ?, ?)",
  );
  for (let n = 0; n < 32; n++) {
    const name = [..."gusta"].map((c, bit) => n >> bit & 1 ? c.toUpperCase() : c).join("");
    insert.run(name, START + n * HOUR / 2, START + n * HOUR / 2 + MINUTE);
  }
  const rows = (await attendance(chat, max)).filter(({ guest }) => guest);
  assert.equal(rows.length, 20);
  const begins = rows.flatMap(({ visits }) => (visits as Line[]).map(({ from }) => from));
  assert.deepEqual(begins.sort(), Array.from({ length: 32 }, (_, n) => at(n * HOUR / 2)));
});

Deno.test("a stop ends all visits, also of users who linger", async () => {
  const chat = makeClass();
  await page(chat, "bob");
  const { peer } = await signInGuest(chat, "zoe");
  peer.consumer.ended("client");
  chat.time += MINUTE;
  chat.stop();
  const rows = chat.database.sqlite.prepare("SELECT ended_at AS ended FROM visits").all();
  assert.deepEqual(rows.map(({ ended }) => ended), [START + MINUTE, START + MINUTE]);
});

Deno.test("the visits of an account are deleted with it, and a class without accounts is empty", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  await member(chat, "bob");
  await ask(chat, chat.operate(), { type: "user_erase", user: "bob" });
  assert.deepEqual((await attendance(chat, max)).map(({ name }) => name), ["max"]);
  const groups = new GroupStore(chat.database);
  groups.create({ name: "Empty", key: "empty", isClass: true, now: 0 });
  assert.deepEqual(await attendance(chat, max, { class: "empty" }), []);
});

Deno.test("users join and leave though their visits cannot be stored", async () => {
  const chat = makeClass();
  const max = await page(chat, "max");
  chat.database.sqlite.exec("DROP TABLE visits");
  const bob = await member(chat, "bob");
  assert.equal(outcome(await ask(chat, bob, { type: "logout" })), "ok");
  const reply = await ask(chat, max, { type: "class" });
  assert.deepEqual((reply["people"] as Line[]).map(({ since }) => since), [at(0)]);
});

Deno.test("nothing is stored if the attendance is off, but staff still sees since when a user is here", () => {
  const stored: string[] = [];
  const refuse = (what: string) => () => {
    stored.push(what);
    return undefined;
  };
  const attendance = new Attendance({
    store: {
      begin: refuse("begin"),
      end: refuse("end"),
      split: refuse("split"),
      endAll: refuse("endAll"),
      findOpen: refuse("findOpen"),
      alive: refuse("alive"),
      endForgotten() {},
    },
    isStored: () => false,
    now: () => START,
    failed: (error) => assert.fail(String(error)),
  });
  const bob = { name: "bob", accountId: 1 } as User;
  attendance.began(bob);
  attendance.tick();
  assert.equal(attendance.sinceOf(bob), START);
  attendance.ended(bob);
  attendance.close();
  assert.deepEqual(stored, []);
  assert.equal(attendance.sinceOf(bob), undefined);
});
