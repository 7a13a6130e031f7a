// Tests of what the server deletes automatically during and after a time with a wrong clock.
import assert from "node:assert/strict";
import type { Log } from "../../../lib/ops/log/log.ts";
import { startRetention } from "../../../lib/ops/data/retention.ts";
import { startUpkeep } from "../../../lib/ops/data/upkeep.ts";
import { AuditStore } from "../../../lib/store/audit.ts";
import { clockLead } from "../../../lib/store/clock_lead.ts";
import type { Database } from "../../../lib/store/database.ts";
import { lastExpired } from "../../../lib/store/expiry.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { SanctionStore } from "../../../lib/store/sanctions.ts";
import { FakeClock } from "../../support/clock.ts";
import { withDatabase } from "../../support/database.ts";
import { newMessage } from "../../support/messages.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 10, 24);
const FAR = Date.UTC(2099, 0, 1);
const DAYS = { retention_days: 30, audit_days: 365, attendance_days: 30 };

/** Stores a message for each time, in this order. */
function say(database: Database, ...times: number[]): void {
  new MessageStore(database).append(times.map((sentAt) => newMessage({ sentAt })));
}

function act(database: Database, at: number): void {
  new AuditStore(database).append({
    at,
    actor: "ada",
    actorAccount: null,
    action: "kick",
    target: "bob",
    channel: null,
    detail: "",
    address: "",
  });
}

/** Returns the times of the remaining messages, in days before or after `from`. */
function left(database: Database, from = NOW): number[] {
  return [...new MessageStore(database).iterate()].map(({ sentAt }) => (sentAt - from) / DAY);
}

/** Runs retention, starting at a time. */
function retain(database: Database, at: number, days = DAYS) {
  const clock = new FakeClock(at);
  const told: string[] = [];
  let corrected = 0;
  const stop = startRetention(database, {
    days,
    clock,
    failed(error) {
      throw error;
    },
    refused: (reason) => told.push(reason),
    sanctionsChanged: () => corrected++,
  });
  return { clock, told, stop, corrected: () => corrected };
}

Deno.test("a clock that is decades ahead deletes nothing, and the log reports it once a day", async () => {
  await withDatabase((database) => {
    say(database, NOW - 40 * DAY, NOW - DAY, NOW);
    act(database, NOW - 400 * DAY);
    act(database, NOW);
    const sanctions = new SanctionStore(database);
    const ban = { kind: "user", name: "x", reason: "", by: "ada", now: NOW } as const;
    sanctions.ban({ ...ban, subject: "x", until: NOW + DAY });
    const { clock, told, stop } = retain(database, FAR);
    clock.pass(50 * HOUR);
    stop();
    assert.deepEqual(left(database), [-40, -1, 0]);
    assert.equal(new AuditStore(database).list({ limit: 9 }).length, 2);
    assert.equal(sanctions.bans(NOW).length, 1);
    assert.equal(told.length, 3);
    assert.match(
      told[0]!,
      /^old messages are not deleted: the clock \(2099-01-01T.*\) is 26\d{3} days ahead/,
    );
  });
});

Deno.test("a restart with a wrong clock deletes nothing, even after messages were stored with it", async () => {
  await withDatabase((database) => {
    say(database, ...Array.from({ length: 300 }, (_, n) => NOW - (300 - n) * HOUR));
    say(database, ...Array.from({ length: 200 }, (_, n) => FAR + n * 1_000));
    act(database, FAR);
    const { clock, told, stop } = retain(database, FAR + HOUR);
    clock.pass(2 * HOUR);
    stop();
    assert.equal(left(database).length, 500);
    assert.equal(told.length, 1);
    // The clock is correct again. Expired messages are deleted; messages with the wrong time keep their place.
    say(database, NOW + 10 * DAY);
    const after = retain(database, NOW + 25 * DAY);
    after.clock.pass(HOUR);
    after.stop();
    const kept = left(database);
    assert.deepEqual([kept.filter((day) => day > 1_000).length, kept[0]! >= -5], [200, true]);
    assert.deepEqual(after.told, []);
  });
});

Deno.test("a clock that is correct all the time is trusted after seven days", async () => {
  await withDatabase((database) => {
    say(database, NOW);
    const { clock, told, stop } = retain(database, NOW + 500 * DAY);
    clock.pass(6 * DAY);
    assert.equal(left(database).length, 1);
    clock.pass(2 * DAY);
    stop();
    assert.equal(left(database).length, 0);
    assert.equal(told.length, 7);
  });
  // It is also trusted if messages of seven days exist.
  await withDatabase((database) => {
    const since = NOW + 500 * DAY;
    say(database, NOW, since, since + 4 * DAY);
    assert.equal(clockLead(database, since + 6 * DAY), 500 * DAY);
    say(database, since + 7.5 * DAY);
    const { clock, stop } = retain(database, since + 8 * DAY);
    clock.pass(HOUR);
    stop();
    assert.deepEqual(left(database, since), [0, 4, 7.5]);
  });
});

Deno.test("a server that was off over the summer, or that nobody writes on, deletes immediately", async () => {
  await withDatabase((database) => {
    say(database, NOW - 5 * DAY, NOW);
    const { clock, told, stop } = retain(database, NOW + 60 * DAY);
    clock.pass(0);
    clock.pass(1_000);
    assert.deepEqual(left(database), []);
    say(database, NOW + 60 * DAY);
    clock.pass(31 * DAY);
    stop();
    assert.deepEqual(left(database), []);
    assert.deepEqual(told, []);
  });
});

Deno.test("messages expire in the order in which they were stored, whatever times a wrong clock wrote", async () => {
  const cases: [what: string, times: number[], kept: number[]][] = [
    ["a clock that began in 1970 before it was set", [-1, -NOW / DAY, 0], [-1, -NOW / DAY, 0]],
    ["the same, long ago", [-50, -NOW / DAY, -40, 0], [0]],
    ["a clock that was far ahead for a while", [-50, 26_000, -40, -1], [-1]],
    ["the same, today", [-50, -1, 26_000, 0], [-1, 26_000, 0]],
    ["a clock that was two months behind for an hour", [-2, -60, -1], [-2, -60, -1]],
    ["nothing but impossible times", [26_000, 26_001], [26_000, 26_001]],
  ];
  for (const [what, times, kept] of cases) {
    await withDatabase((database) => {
      say(database, ...times.map((day) => NOW + day * DAY));
      const { clock, told, stop } = retain(database, NOW);
      clock.pass(1_000);
      stop();
      assert.deepEqual(left(database), kept, what);
      assert.deepEqual(told, [], what);
    });
  }
  await withDatabase((database) => {
    act(database, NOW - 400 * DAY);
    act(database, FAR);
    act(database, NOW - 380 * DAY);
    act(database, NOW - 10 * DAY);
    act(database, 0);
    const { clock, stop } = retain(database, NOW);
    clock.pass(HOUR);
    stop();
    assert.deepEqual(new AuditStore(database).list({ limit: 9 }).map(({ id }) => id), [5, 4]);
  });
});

Deno.test("a long row of impossible times is deleted in batches once an expired message follows it", async () => {
  await withDatabase((database) => {
    say(database, ...Array.from({ length: 200 }, () => FAR), NOW - 40 * DAY, NOW);
    const at = { before: NOW - 30 * DAY, now: NOW };
    assert.equal(lastExpired(database.sqlite, "messages", { ...at, most: 30 }), 30);
    const { clock, stop } = retain(database, NOW);
    clock.pass(1_000);
    stop();
    assert.deepEqual(left(database), [0]);
  });
});

Deno.test("a ban with the times of a wrong clock keeps its duration once the clock is correct", async () => {
  await withDatabase((database) => {
    const sanctions = new SanctionStore(database);
    const ban = { kind: "user", name: "x", reason: "", by: "ada" } as const;
    sanctions.ban({ ...ban, subject: "ahead", now: FAR, until: FAR + DAY });
    sanctions.ban({ ...ban, subject: "behind", now: 5, until: 5 + 2 * DAY });
    sanctions.ban({ ...ban, subject: "right", now: NOW - HOUR, until: NOW + HOUR });
    sanctions.ban({ ...ban, subject: "forever", now: FAR, until: null });
    const times = () =>
      Object.fromEntries(
        sanctions.bans(0).map(({ subject, until }) => [subject, until && (until - NOW) / HOUR]),
      );
    // A clock that is behind the stored messages is not trusted.
    say(database, NOW);
    const behind = retain(database, Date.UTC(2025, 0, 1));
    behind.clock.pass(0);
    behind.stop();
    assert.equal(times()["right"], 1);
    assert.equal(behind.corrected(), 0);
    const right = retain(database, NOW);
    right.clock.pass(0);
    assert.deepEqual(times(), { ahead: 24, behind: 48, right: 1, forever: null });
    right.clock.pass(3 * HOUR);
    right.stop();
    assert.equal(right.corrected(), 1, "the bans of addresses are read again");
    assert.deepEqual(Object.keys(times()), ["ahead", "behind", "forever"]);
  });
});

Deno.test("an export by day has each message once, and messages of a wrong clock with their neighbours", async () => {
  await withDatabase((database) => {
    const noon = NOW - 12 * HOUR;
    say(database, 5, noon - DAY, 7, noon, FAR, FAR + HOUR, noon + HOUR, 8, noon + DAY, FAR);
    const store = new MessageStore(database);
    const day = (n: number) => {
      const from = NOW + (n - 1) * DAY;
      return [...store.iterate({ from, before: from + DAY, now: NOW + 3 * DAY })].map(({ id }) =>
        id
      );
    };
    assert.deepEqual(day(-1), [1, 2, 3]);
    assert.deepEqual(day(0), [4, 5, 6, 7, 8]);
    assert.deepEqual(day(1), [9, 10]);
    assert.deepEqual(day(2), []);
    assert.equal([...store.iterate({ now: NOW })].length, 10);
    assert.deepEqual([...store.iterate({ from: NOW, now: NOW + 3 * DAY })].map(({ id }) => id), [
      9,
      10,
    ]);
    assert.deepEqual([...store.iterate({ before: NOW - DAY, now: NOW })].map(({ id }) => id), [
      1,
      2,
      3,
    ]);
    assert.deepEqual([...store.iterate({ from: FAR })].map(({ id }) => id), [5, 6, 10]);
  });
});

Deno.test("the server's log has an error if the clock is far ahead", async () => {
  await withDatabase((database) => {
    say(database, NOW);
    const clock = new FakeClock(FAR);
    const lines: string[] = [];
    const log: Pick<Log, "write"> = {
      write: (level, tag, text) => void lines.push(`${level} ${tag} ${text}`),
    };
    const index = {
      step: () => new Promise<never>(() => {}),
      emptyLogs: () => Promise.resolve(true),
    };
    const stop = startUpkeep(database, { days: DAYS, log, clock, index });
    clock.pass(HOUR);
    stop();
    assert.match(
      lines.join("\n"),
      /^error ERREUR old messages are not deleted: the clock .*Correct the clock/,
    );
  });
});
