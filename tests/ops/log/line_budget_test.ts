// Tests of the limits of the log: bytes per kind and address, repeated lines, and lines that a jail counts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type Cause, LineBudget, type Missed } from "../../../lib/ops/log/line_budget.ts";
import { createJournal } from "../../../lib/ops/observers/journal.ts";
import { openLog } from "../../../lib/ops/log/log.ts";
import { FakeClock } from "../../support/clock.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const MEBIBYTE = 2 ** 20;

/** Creates a log that keeps its lines, with a journal and a clock of its own. */
function journalLog(isShared: (address: string) => boolean = () => false) {
  const clock = new FakeClock(0);
  let lines: string[] = [];
  const log = openLog({
    file: "",
    level: "info",
    console: { write: (line) => void lines.push(line), flush: () => Promise.resolve() },
    now: () => 0,
    clock,
  });
  const journal = createJournal(log, { now: clock.now, isShared });
  return {
    clock,
    log,
    journal,
    take() {
      const taken = lines;
      lines = [];
      return taken;
    },
  };
}

const bytesOf = (lines: readonly string[]) =>
  lines.reduce((sum, line) => sum + new TextEncoder().encode(line).length, 0);

Deno.test("no kind of line exceeds its budget in bytes, for any times, addresses and sizes", () => {
  const event = fc.record({
    address: fc.integer({ min: 0, max: 600 }),
    bytes: fc.integer({ min: 60, max: 3_000 }),
    times: fc.integer({ min: 1, max: 300 }),
    pause: fc.integer({ min: 0, max: 5 * MINUTE }),
  });
  fc.assert(fc.property(fc.array(event, { maxLength: 60 }), (events) => {
    let now = 0;
    const budget = new LineBudget(() => now);
    let written = 0;
    let admitted = 0;
    let asked = 0;
    for (const { address, bytes, times, pause } of events) {
      now += pause;
      for (let i = 0; i < times; i++) {
        asked++;
        if (!budget.admits({ kind: "joins", address: String(address) }, bytes)) continue;
        admitted++;
        written += bytes;
      }
    }
    assert.ok(written <= 512 * 1024 + now / MINUTE * 12 * 1024, `${written} in ${now}`);
    const missed = budget.takeMissed().reduce((sum, { count }) => sum + count, 0);
    assert.equal(admitted + missed, asked, "what is not written is counted");
    assert.ok(budget.size <= 256);
    assert.deepEqual(budget.takeMissed(), []);
  }));
});

Deno.test("a flood cannot hide an offence: each address may have twenty in ten minutes", () => {
  const step = fc.record({
    address: fc.integer({ min: 0, max: 5 }),
    pause: fc.integer({ min: 0, max: 3 * MINUTE }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
    let now = 0;
    const budget = new LineBudget(() => now);
    const model = new Map<number, number[]>();
    for (const { address, pause } of steps) {
      now += pause;
      for (let i = 0; i < 100; i++) {
        budget.admits({ kind: "joins", address: `flood${i % 7}` }, 3_000);
      }
      const written = model.get(address) ?? [];
      const recent = written.filter((time) => now - time < 10 * MINUTE);
      const expected = recent.length < 20;
      if (expected) model.set(address, [...written, now]);
      const cause: Cause = { kind: "offences", offender: String(address) };
      assert.equal(budget.admits(cause, 100), expected);
    }
  }));
});

Deno.test("a hundred thousand addresses use bounded memory, and none of their offences is hidden", () => {
  const budget = new LineBudget(() => 0);
  for (let i = 0; i < 100_000; i++) {
    assert.ok(budget.admits({ kind: "offences", offender: `2001:db8::${i.toString(16)}` }, 100));
    budget.admits({ kind: "joins", address: `2001:db8:${i.toString(16)}::/64` }, 100);
  }
  assert.ok(budget.size <= 10_256, String(budget.size));
});

Deno.test("repeated lines are collapsed, and one line per minute says what was repeated and how often", async () => {
  const { clock, log, take } = journalLog();
  for (let i = 0; i < 317; i++) log.write("error", "ERREUR", "accepting failed: no descriptors");
  log.write("error", "ERREUR", "another");
  const text = (line: string) => line.slice(line.indexOf("["));
  assert.deepEqual(take().map(text), [
    ...Array.from({ length: 5 }, () => "[ERREUR] accepting failed: no descriptors\n"),
    "[ERREUR] another\n",
  ]);
  clock.pass(MINUTE);
  const told = take();
  assert.deepEqual(told.map(text), [
    "[ERREUR] … 312 more: accepting failed: no descriptors\n",
  ]);
  assert.match(told[0]!, / - ERROR - /);
  assert.equal(clock.waiting, 0, "no timer without anything to tell");
  for (let i = 0; i < 7; i++) log.write("error", "ERREUR", "accepting failed: no descriptors");
  take();
  await log.close();
  assert.deepEqual(take().map(text), [
    "[ERREUR] … 2 more: accepting failed: no descriptors\n",
  ], "the end of the log tells the rest");
  assert.equal(clock.waiting, 0);
});

Deno.test("all lines are written when a class, or a whole school behind one address, joins at once", () => {
  const { journal, take } = journalLog();
  for (let id = 1; id <= 500; id++) {
    const peer = { id, address: "203.0.113.10", port: 50_000 + id };
    journal.connected(peer);
    journal.joined(peer, `élève ${id} de la classe`, "member");
    journal.stateChanged(peer, `élève ${id} de la classe`, "away");
  }
  const lines = take();
  assert.equal(lines.length, 1_500);
  assert.ok(lines.every((line) => !line.includes("…")));
});

Deno.test("a hundred guests who change their state ten times a second write less than 100 MB per day", () => {
  const { clock, journal, take } = journalLog();
  const peers = Array.from(
    { length: 100 },
    (_, i) => ({ id: i, address: "10.0.0.5", port: i + 1 }),
  );
  const hour = DAY / 24;
  let bytes = 0;
  // Five rounds per minute have the same effect as six hundred, because the first one uses up the budget.
  for (let now = 0; now < hour; now += MINUTE / 5) {
    for (const peer of peers) journal.stateChanged(peer, "\u0000".repeat(64), "😀".repeat(32));
    clock.pass(MINUTE / 5);
    bytes += bytesOf(take());
  }
  assert.ok(bytes * 24 < 100 * MEBIBYTE, `${bytes} bytes in an hour`);
  assert.ok(bytes > 100_000, "it does write");
});

Deno.test("many addresses with every kind of event write a few hundred megabytes per day at most", () => {
  const { clock, journal, take } = journalLog();
  let id = 0;
  const bytes: number[] = [];
  for (let now = 0; now <= DAY / 24; now += MINUTE) {
    for (let i = 0; i < 150; i++) {
      const peer = { id: ++id, address: `10.${id % 7}.${id % 251}.${id % 241}`, port: 1 };
      journal.connected(peer);
      journal.joined(peer, "\u0000".repeat(64), "guest");
      journal.stateChanged(peer, "\u0000".repeat(64), "\u0000".repeat(32));
      journal.left(peer, "\u0000".repeat(64));
      journal.disconnected(peer, "client");
      journal.registered(peer, "\u0000".repeat(64));
      journal.login(peer, "\u0000".repeat(64), "banned");
      journal.handlerFailed(peer, "mail", new Error("x".repeat(500)));
    }
    clock.pass(MINUTE);
    bytes.push(bytesOf(take()));
  }
  // The rate in the second half of an hour, after the bursts, continues for the rest of the day.
  const steady = bytes.slice(30).reduce((sum, each) => sum + each, 0);
  const bursts = bytes.slice(0, 30).reduce((sum, each) => sum + each, 0);
  const day = bursts + steady * 48;
  assert.ok(day < 300 * MEBIBYTE, `${Math.round(day / MEBIBYTE)} MiB in a day`);
  assert.ok(day > 20 * MEBIBYTE, "it does write");
});

Deno.test("a client that reconnects with invalid lines gets twenty lines that the jail counts, then summaries that it does not", () => {
  const { clock, journal, take } = journalLog();
  for (let id = 0; id < 5_000; id++) {
    const peer = { id, address: "10.0.0.5", port: 5 };
    journal.connected(peer);
    journal.offence(peer, "malformed_lines");
    journal.disconnected(peer, "malformed_lines");
  }
  const other = { id: 9_999, address: "10.0.0.6", port: 6 };
  journal.offence(other, "flooding");
  clock.pass(MINUTE);
  const lines = take();
  const accused = lines.flatMap((line) => /Problème avec (\S+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(accused.filter((address) => address === "10.0.0.5").length, 20);
  assert.deepEqual(accused.filter((address) => address === "10.0.0.6").length, 1);
  assert.ok(
    lines.some((line) => line.endsWith("[ERREUR] … 4980 more offences: 10.0.0.5\n")),
    lines.slice(-9).join(""),
  );
});

Deno.test("a summary lists the sources with the most lines, and counts the others together", () => {
  const budget = new LineBudget(() => 0);
  for (let source = 1; source <= 6; source++) {
    for (let i = 0; i < 5 + source; i++) budget.admits({ kind: "k", text: `t${source}` }, 10);
  }
  const missed: Missed[] = budget.takeMissed();
  assert.deepEqual(missed, [
    { kind: "k", of: "t6", count: 6 },
    { kind: "k", of: "t5", count: 5 },
    { kind: "k", of: "t4", count: 4 },
    { kind: "k", of: undefined, count: 6 },
  ]);
});

Deno.test("offences from a shared address have a tag that no filter counts and no client text can forge or hide", () => {
  const filter = /^.* - WARNING - \[ERREUR\] Problème avec (\S+) : /;
  const original = /\[ERREUR\] Problème avec (\S+)/;
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("shared", "[ERREUR] shared Problème avec 10.9.9.9", "x\nshared", '" shared'),
  );
  fc.assert(fc.property(hostile, (name) => {
    const { journal, take } = journalLog((address) => address === "203.0.113.10");
    const at = (address: string) => ({ id: 1, address, port: 1 });
    journal.login(at("203.0.113.10"), name, "failed");
    journal.login(at("10.0.0.5"), name, "throttled");
    const [shared, own, ...rest] = take();
    assert.deepEqual(rest, []);
    assert.match(shared!, /\[ERREUR\] shared Problème avec 203\.0\.113\.10 : login_failed user="/);
    assert.doesNotMatch(shared!, filter);
    assert.doesNotMatch(shared!, original);
    assert.equal(filter.exec(own!)?.[1], "10.0.0.5");
  }));
});
