// Tests of lib/chat/delivery/message_log.ts: the limits of a turn, and when presence is reported.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { createLocalLog, type LogEvent } from "../../../lib/chat/delivery/message_log.ts";
import { FakeClock } from "../../support/clock.ts";

function makeLog(listeners: number) {
  const clock = new FakeClock(0);
  const flushed: number[] = [];
  const room = { listeners };
  const polls: (() => void)[] = [];
  const log = createLocalLog({
    store: { append: () => [] },
    listener: (events) => flushed.push(events.length),
    isReached: () => false,
    listeners: () => room.listeners,
    after: clock.after,
    beforeEnd: setImmediate,
    later: (run) => polls.push(run),
    now: clock.now,
  });
  async function poll(): Promise<void> {
    for (const run of polls.splice(0)) run();
    await immediates();
  }
  return { clock, flushed, log, poll, room };
}

const line = (length: number): LogEvent => ({
  kind: "line",
  line: "x".repeat(length),
  except: undefined,
});
const local: LogEvent = { kind: "local", run() {} };

function immediates(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("the log is full at a number of events or bytes, and earlier with many recipients", () => {
  const { log, room } = makeLog(30);
  const count = (length: number) => {
    let appended = 0;
    for (; !log.full; appended++) log.append(line(length));
    log.storeNow();
    assert.equal(log.full, false);
    return appended;
  };
  assert.equal(count(10), 512);
  assert.equal(count(60_000), 5);
  room.listeners = 3_000;
  assert.equal(count(60_000), 1);
  assert.ok(count(60) > 64);
});

Deno.test("events appended in one turn are reported together at its end", async () => {
  const { flushed, log, clock, poll } = makeLog(30);
  log.append(line(60));
  log.append(local);
  assert.deepEqual(flushed, []);
  await immediates();
  await poll();
  log.append(line(60));
  await immediates();
  assert.deepEqual(flushed, [2, 1]);
  assert.equal(clock.waiting, 0);
});

Deno.test("a turn of several events waits while each poll brings more, but not for long", async () => {
  const { flushed, log, clock, poll } = makeLog(30);
  log.append(local);
  await immediates();
  assert.deepEqual(flushed.splice(0), [1]);
  log.append(local);
  log.append(local);
  await immediates();
  log.append(local);
  await poll();
  assert.deepEqual(flushed, []);
  await poll();
  assert.deepEqual(flushed.splice(0), [3]);
  log.append(local);
  log.append(local);
  await immediates();
  for (let more = 0; more < 2; more++) {
    assert.deepEqual(flushed, []);
    log.append(local);
    clock.pass(0.6);
    await poll();
  }
  assert.deepEqual(flushed.splice(0), [4]);
  while (!log.full) log.append(local);
  await immediates();
  assert.deepEqual(flushed, [512]);
});

Deno.test("with many connections presence waits for the end of a pause, or for another event", async () => {
  const { flushed, log, clock, poll } = makeLog(2_000);
  log.append(line(60));
  await immediates();
  assert.deepEqual(flushed, [1]);
  for (let i = 0; i < 5; i++) {
    log.append(line(60));
    await immediates();
  }
  assert.deepEqual(flushed, [1]);
  assert.equal(clock.pass(100), 1);
  assert.deepEqual(flushed, [1, 5]);
  log.append(line(60));
  log.append(local);
  await immediates();
  await poll();
  assert.deepEqual(flushed, [1, 5, 2]);
  while (!log.full) log.append(line(60));
  await immediates();
  assert.equal(flushed.length, 4);
  log.append(line(60));
  log.storeNow();
  assert.deepEqual(flushed.slice(4), [1]);
  clock.pass(1_000);
  log.append(line(60));
  await immediates();
  assert.deepEqual(flushed.slice(5), [1]);
});
