// Tests of lib/ops/background.ts, retention.ts and upkeep.ts: the server's automatic work, in steps.
import assert from "node:assert/strict";
import { startChore } from "../../../lib/ops/background.ts";
import { startRetention } from "../../../lib/ops/data/retention.ts";
import { startIndexUpkeep, startUpkeep } from "../../../lib/ops/data/upkeep.ts";
import { AuditStore } from "../../../lib/store/audit.ts";
import type { Database } from "../../../lib/store/database.ts";
import { HistoryStore } from "../../../lib/store/history.ts";
import { MailStore } from "../../../lib/store/mail.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { ReadMarkStore } from "../../../lib/store/page/read_marks.ts";
import { WebSessionStore } from "../../../lib/store/page/web_sessions.ts";
import { SanctionStore } from "../../../lib/store/sanctions.ts";
import { Removals } from "../../../lib/store/search/removals.ts";
import type { StepDone } from "../../../lib/store/search/search_index.ts";
import { FakeClock } from "../../support/clock.ts";
import { VisitStore } from "../../../lib/store/lesson/visits.ts";
import { addAccount, withDatabase } from "../../support/database.ts";
import { newMessage } from "../../support/messages.ts";

const DAY = 86_400_000;
const HOUR = 3_600_000;
const NOW = 1_000 * DAY;

function neverFails(error: unknown): never {
  throw error;
}

Deno.test("a chore runs in steps with pauses, repeats, continues after a failure, and stops", () => {
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
  assert.deepEqual(times, [], "the first step is not taken when it starts");
  clock.pass(1_020);
  assert.deepEqual(times, [0, 10, 1_010, 1_020]);
  assert.deepEqual(errors, ["busy"]);
  stop();
  assert.equal(clock.waiting, 0);
});

function noteErasure(database: Database): void {
  new AuditStore(database).append({
    at: NOW,
    actor: "operator:root",
    actorAccount: null,
    action: "user_erase",
    target: "ada",
    channel: null,
    detail: "",
    address: "",
  });
}

function count(database: Database): number {
  return new MessageStore(database).count();
}

Deno.test("retention deletes expired messages at the start and every hour", async () => {
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
      ...Array.from({ length: 100 }, () => old),
      { ...old, ...letter },
      newMessage({ sentAt: NOW - 30 * DAY + 2_000, ...letter }),
      newMessage({ sentAt: NOW - 30 * DAY + HOUR + 2_000 }),
    ]);
    const clock = new FakeClock(NOW);
    const days = { retention_days: 30, audit_days: 0, attendance_days: 30 };
    const stop = startRetention(database, { days, clock, failed: neverFails });
    clock.pass(1_000);
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

Deno.test("retention keeps messages forever by default, and deletes old audit entries and expired sanctions", async () => {
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
    sanctions.ban({ ...ban, subject: "forever", until: null });
    const clock = new FakeClock(NOW);
    const days = { retention_days: 0, audit_days: 365, attendance_days: 30 };
    const stop = startRetention(database, { days, clock, failed: neverFails });
    clock.pass(HOUR);
    stop();
    assert.equal(count(database), 1);
    assert.deepEqual(audit.list({ limit: 9 }).map(({ id }) => id), [2]);
    assert.deepEqual(sanctions.bans(0).map(({ subject }) => subject), ["forever"]);
  });
});

Deno.test("retention deletes visits after their days, and all that have ended if none are kept", async () => {
  await withDatabase((database) => {
    const visits = new VisitStore(database);
    const guest = (name: string) => ({ accountId: null, guest: name });
    for (const days of [31, 29]) {
      const { id } = visits.begin(guest(`${days}`), NOW - days * DAY)!;
      visits.end(id, NOW - days * DAY + HOUR);
    }
    visits.begin(guest("here"), NOW - 40 * DAY);
    const names = () =>
      database.sqlite.prepare("SELECT guest FROM visits ORDER BY id").all()
        .map((row) => row["guest"]);
    const clock = new FakeClock(NOW);
    const days = { retention_days: 0, audit_days: 0, attendance_days: 30 };
    const stop = startRetention(database, { days, clock, failed: neverFails });
    clock.pass(1_000);
    assert.deepEqual(names(), ["29", "here"]);
    Object.assign(days, { attendance_days: 0 });
    clock.pass(HOUR);
    assert.deepEqual(names(), ["here"]);
    stop();
  });
});

/** An index that does as much as a step may, and reports it in the next turn. */
class FakeIndex {
  readonly budgets: number[] = [];
  emptied = 0;
  failing = false;
  #indexed = 0;
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  step({ rows }: { rows: number }): Promise<StepDone> {
    if (this.failing) return Promise.reject(new Error("no room"));
    this.budgets.push(rows);
    const newest = new HistoryStore(this.#database).lastId();
    const complete = this.#indexed === newest;
    this.#indexed = Math.min(newest, this.#indexed + rows);
    const removedTo = new Removals(this.#database).newest();
    return Promise.resolve({ rows, bytes: 0, removedTo, indexedTo: this.#indexed, complete });
  }

  emptyLogs(): Promise<boolean> {
    // Something reads the first time.
    return Promise.resolve(++this.emptied > 1);
  }
}

Deno.test("upkeep updates the index in steps, slows down while many messages arrive, and reports failures", async () => {
  await withDatabase(async (database) => {
    const messages = new MessageStore(database);
    messages.append(Array.from({ length: 3_000 }, () => newMessage()));
    const clock = new FakeClock(NOW);
    const lines: string[] = [];
    const log = { write: (...line: unknown[]) => void lines.push(line.join(" ")) };
    const index = new FakeIndex(database);
    const pass = async (milliseconds: number) => {
      for (let passed = 0; passed < milliseconds; passed += 50) {
        clock.pass(50);
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    };
    const days = { retention_days: 0, audit_days: 0, attendance_days: 30 };
    const stop = startUpkeep(database, { days, log, clock, index });
    await pass(1_000);
    assert.deepEqual(index.budgets, [2_000, 2_000], "until all is in the index");
    // If many messages arrive at once, they take precedence.
    messages.append(Array.from({ length: 1_000 }, () => newMessage()));
    await pass(1_000);
    assert.deepEqual(index.budgets.slice(2), [50]);
    await pass(3_000);
    // Removals that the index has applied are deleted and overwritten.
    new HistoryStore(database).delete(1);
    assert.equal(new Removals(database).newest(), 1);
    await pass(2_000);
    assert.deepEqual([new Removals(database).newest(), index.emptied], [0, 2]);
    // An erasure may have removed rows without messages.
    noteErasure(database);
    await pass(2_000);
    assert.equal(index.emptied, 3);
    index.failing = true;
    messages.append([newMessage()]);
    await pass(2_000);
    assert.match(lines[0]!, /^error ERREUR indexing messages failed and will be tried again: /);
    stop();
    assert.equal(clock.waiting, 0);
  });
});

Deno.test("work on the index that is broken off by the stop is not reported", async () => {
  await withDatabase(async (database) => {
    new MessageStore(database).append([newMessage()]);
    noteErasure(database);
    const clock = new FakeClock(NOW);
    const stopping = Promise.withResolvers<never>();
    const asked: string[] = [];
    const ask = (what: string) => () => {
      asked.push(what);
      return stopping.promise;
    };
    const index = { step: ask("step"), emptyLogs: ask("empty logs") };
    const lines: unknown[] = [];
    const log = { write: (...line: unknown[]) => void lines.push(line) };
    const stop = startIndexUpkeep(database, { log, clock, index });
    clock.pass(1_000);
    assert.deepEqual(asked, ["empty logs", "step"]);
    stop();
    stopping.reject(new Error("the server stops"));
    await new Promise((resolve) => setTimeout(resolve, 0));
    assert.deepEqual(lines, []);
  });
});

Deno.test("upkeep deletes expired tokens, and conversations of which no message is left", async () => {
  await withDatabase((database) => {
    const { id: accountId } = addAccount(database, "bob");
    const sessions = new WebSessionStore(database);
    for (const [tokenHash, expiresAt] of [["old", NOW], ["new", NOW + HOUR]] as const) {
      sessions.create({ accountId, tokenHash, client: "", now: NOW - DAY, expiresAt });
    }
    const letter = newMessage({
      sentAt: NOW - DAY,
      subtype: "private",
      channel: null,
      recipient: "bob",
      recipientAccount: accountId,
    });
    new MessageStore(database).append([
      { ...letter, sentAt: NOW - 31 * DAY, sender: "alice" },
      { ...letter, sender: "zoé" },
    ]);
    const clock = new FakeClock(NOW);
    const days = { retention_days: 30, audit_days: 0, attendance_days: 30 };
    const stop = startRetention(database, { days, clock, failed: neverFails });
    clock.pass(HOUR / 2);
    stop();
    assert.deepEqual([sessions.find("old"), sessions.find("new")?.tokenHash], [undefined, "new"]);
    const talks = new ReadMarkStore(database).conversations(accountId, 9);
    assert.deepEqual(talks.map(({ peerKey }) => peerKey), ["zoé"]);
  });
});
