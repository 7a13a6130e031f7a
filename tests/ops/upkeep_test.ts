// Tests of lib/ops/background.ts, retention.ts and upkeep.ts: what the server does by itself, in steps.
import assert from "node:assert/strict";
import { startChore } from "../../lib/ops/background.ts";
import { startRetention } from "../../lib/ops/retention.ts";
import { startUpkeep } from "../../lib/ops/upkeep.ts";
import { AuditStore } from "../../lib/store/audit.ts";
import { ChannelStore } from "../../lib/store/channels.ts";
import type { Database } from "../../lib/store/database.ts";
import { MailStore } from "../../lib/store/mail.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { SanctionStore } from "../../lib/store/sanctions.ts";
import { Removals } from "../../lib/store/search/removals.ts";
import type { StepBudget } from "../../lib/store/search/search_index.ts";
import { FakeClock } from "../support/clock.ts";
import { addAccount, withDatabase } from "../support/database.ts";
import { newMessage } from "../support/messages.ts";
import { TestIndex } from "../support/search.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const NOW = 1_000 * DAY;

function neverFails(error: unknown): never {
  throw error;
}

Deno.test("a chore goes in steps with pauses, comes again, survives a failure, and ends", () => {
  const clock = new FakeClock(0);
  const times: number[] = [];
  const errors: unknown[] = [];
  const stop = startChore({
    step() {
      times.push(clock.now());
      if (times.length === 2) throw "busy";
      return times.length % 2 === 0;
    },
    pauseMs: 10,
    everyMs: 1_000,
    failed: (error) => errors.push(error),
  }, clock);
  assert.deepEqual(times, [], "the first step is not taken by whoever starts it");
  clock.pass(1_020);
  assert.deepEqual(times, [0, 10, 1_010, 1_020]);
  assert.deepEqual(errors, ["busy"]);
  stop();
  assert.equal(clock.waiting, 0);
});

function count(database: Database): number {
  return new MessageStore(database).count();
}

Deno.test("retention deletes what is too old at the start and every hour, in small batches", async () => {
  await withDatabase((database) => {
    const { id } = addAccount(database, "bob");
    const old = newMessage({ sentAt: NOW - 30 * DAY - 1 });
    const letter = {
      subtype: "private",
      channel: null,
      recipient: "bob",
      recipientAccount: id,
      undelivered: true,
    } as const;
    new MessageStore(database).append([
      ...Array.from({ length: 20 }, () => ({ ...old, content: "x".repeat(8_000) })),
      ...Array.from({ length: 5_000 }, () => old),
      { ...old, ...letter },
      newMessage({ sentAt: NOW - 30 * DAY + 2_000, ...letter }),
      newMessage({ sentAt: NOW - 30 * DAY + HOUR + 2_000 }),
    ]);
    const clock = new FakeClock(NOW);
    const days = { retention_days: 30, audit_days: 0 };
    const stop = startRetention(database, { days, clock, failed: neverFails });
    const all = count(database);
    assert.equal(clock.pass(0), 1);
    assert.ok(
      all > count(database) && count(database) > 100,
      "all at once would keep others waiting",
    );
    clock.pass(HOUR / 2);
    assert.equal(count(database), 2);
    assert.equal(new MailStore(database).count(), 1);
    clock.pass(HOUR);
    assert.equal(count(database), 1);
    assert.equal(new MailStore(database).count(), 0);
    clock.pass(2 * HOUR);
    assert.equal(count(database), 0);
    stop();
    assert.equal(clock.waiting, 0);
  });
});

Deno.test("retention keeps messages for ever by default, and prunes the audit log and sanctions", async () => {
  await withDatabase((database) => {
    new MessageStore(database).append([newMessage({ sentAt: 0 })]);
    const audit = new AuditStore(database);
    const sanctions = new SanctionStore(database);
    for (const at of [NOW - 366 * DAY, NOW - 364 * DAY]) {
      audit.append({
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
    const ban = { kind: "user", name: "x", reason: "", by: "ada", now: 0 } as const;
    sanctions.ban({ ...ban, subject: "over", until: NOW });
    sanctions.ban({ ...ban, subject: "for ever", until: null });
    const clock = new FakeClock(NOW);
    const days = { retention_days: 0, audit_days: 365 };
    const stop = startRetention(database, { days, clock, failed: neverFails });
    clock.pass(HOUR);
    stop();
    assert.equal(count(database), 1);
    assert.deepEqual(audit.list({ limit: 9 }).map(({ id }) => id), [2]);
    assert.deepEqual(sanctions.bans(0).map(({ subject }) => subject), ["for ever"]);
  });
});

/** Upkeep over an index in memory; each step ends when the test says so. */
function startTestUpkeep(database: Database, lines: string[] = []) {
  const clock = new FakeClock(NOW);
  const index = new TestIndex(database);
  const budgets: StepBudget[] = [];
  const stop = startUpkeep(database, {
    days: { retention_days: 0, audit_days: 0 },
    log: { write: (...line: string[]) => void lines.push(line.join(" ")) },
    clock,
    async index(budget) {
      budgets.push(budget);
      await Promise.resolve();
      return index.index.step({ ...budget, milliseconds: Infinity });
    },
  });
  return {
    clock,
    index,
    stop,
    /** The rows of the steps since the last look, after some time. */
    async pass(milliseconds: number): Promise<number[]> {
      for (let passed = 0; passed < milliseconds; passed += 50) {
        clock.pass(50);
        for (let turn = 0; turn < 5; turn++) await Promise.resolve();
      }
      return budgets.splice(0).map(({ rows }) => rows);
    },
  };
}

function fill(database: Database, length: number): void {
  new MessageStore(database).append(Array.from({ length }, () => newMessage()));
}

Deno.test("upkeep indexes in steps, holds back while many messages come, and asks for nothing when there is nothing", async () => {
  await withDatabase(async (database) => {
    fill(database, 5_000);
    const { pass, stop, clock } = startTestUpkeep(database);
    assert.deepEqual(await pass(1_000), [2_000, 2_000, 2_000]);
    assert.deepEqual(await pass(10_000), []);
    fill(database, 1);
    assert.deepEqual(await pass(1_000), [2_000]);
    // Where many come at once, they go first.
    fill(database, 1_000);
    assert.deepEqual(await pass(1_000), [50]);
    fill(database, 1_000);
    assert.deepEqual(await pass(1_000), [50]);
    assert.deepEqual(await pass(1_000), [2_000]);
    assert.deepEqual(await pass(5_000), []);
    stop();
    assert.equal(clock.waiting, 0);
  });
});

Deno.test("upkeep has the index follow what is deleted, and then forgets it", async () => {
  await withDatabase(async (database) => {
    fill(database, 100);
    const { pass, stop, index } = startTestUpkeep(database);
    await pass(1_000);
    assert.equal(index.words().size, 1);
    const channels = new ChannelStore(database);
    channels.delete(channels.find("#général")!.id);
    await pass(5_000);
    assert.equal(count(database), 0);
    assert.equal(index.words().size, 0);
    assert.equal(new Removals(database).newest(), 0);
    stop();
  });
});

Deno.test("upkeep reports what fails, once in a while, and goes on", async () => {
  await withDatabase(async (database) => {
    fill(database, 10);
    const lines: string[] = [];
    const { pass, stop, clock, index } = startTestUpkeep(database, lines);
    index.sqlite.exec("ALTER TABLE state RENAME TO away");
    await pass(50_000);
    assert.equal(lines.length, 1);
    assert.match(lines[0]!, /^error ERREUR indexing messages failed, and is tried again: /);
    index.sqlite.exec("ALTER TABLE away RENAME TO state");
    await pass(20_000);
    assert.equal(index.step().rows, 0);
    stop();
    assert.equal(clock.waiting, 0);
  });
});

Deno.test("upkeep that ends during a step asks for no other", async () => {
  await withDatabase(async (database) => {
    fill(database, 5_000);
    const { pass, stop, clock } = startTestUpkeep(database);
    clock.pass(0);
    stop();
    assert.deepEqual(await pass(1_000), [2_000]);
    assert.equal(clock.waiting, 0);
  });
});
