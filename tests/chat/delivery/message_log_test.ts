// Tests of lib/chat/delivery/message_log.ts: the limits of a turn, and when presence is reported.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers";
import { createLocalLog, type LogEvent } from "../../../lib/chat/delivery/message_log.ts";
import { FakeClock } from "../../support/clock.ts";

function makeLog(listeners: number) {
  const clock = new FakeClock(0);
  const flushed: number[] = [];
  const room = { listeners };
  const log = createLocalLog({
    store: { append: () => [] },
    listener: (events) => flushed.push(events.length),
    isReached: () => false,
    listeners: () => room.listeners,
    after: clock.after,
    beforeEnd: setImmediate,
  });
  return { clock, flushed, log, room };
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
  const { flushed, log, clock } = makeLog(30);
  log.append(line(60));
  log.append(local);
  assert.deepEqual(flushed, []);
  await immediates();
  log.append(line(60));
  await immediates();
  assert.deepEqual(flushed, [2, 1]);
  assert.equal(clock.waiting, 0);
});

Deno.test("with many connections presence waits for the end of a pause, or for another event", async () => {
  const { flushed, log, clock } = makeLog(2_000);
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

Deno.test("the events of a turn are counted until it ends or is full", async () => {
  const { log, room } = makeLog(30);
  assert.equal(log.gathered, 0);
  log.append(line(60));
  log.append(local);
  assert.equal(log.gathered, 2);
  await immediates();
  assert.equal(log.gathered, 0);
  while (!log.full) log.append(local);
  assert.equal(log.gathered, 0);
  await immediates();
  room.listeners = 2_000;
  log.append(local);
  await immediates();
  log.append(line(60));
  assert.equal(log.gathered, 0, "presence that pauses does not count");
  log.storeNow();
});
