// Tests of lib/ops/memory.ts: when free memory is returned to the system.
import assert from "node:assert/strict";
import { startTrimming } from "../../lib/ops/memory.ts";
import { FakeClock } from "../support/clock.ts";

const LOOK_MS = 15_000;

Deno.test("memory is returned once, when many connections have ended and no more are ending", () => {
  const clock = new FakeClock(0);
  let ended = 0;
  let trims = 0;
  const stop = startTrimming({
    ended: () => ended,
    clock,
    failed: (error) => assert.fail(String(error)),
    trim: () => trims++,
  });
  const trimsAfter = (more: number) => {
    ended += more;
    clock.pass(LOOK_MS);
    return trims;
  };
  assert.deepEqual([0, 999, 0, 0].map(trimsAfter), [0, 0, 0, 0]);
  assert.deepEqual([8_000, 500, 99, 0, 0].map(trimsAfter), [0, 0, 1, 1, 1]);
  assert.deepEqual(Array.from({ length: 12 }, () => trimsAfter(90)).at(-1), 2);
  stop();
  assert.equal(clock.waiting, 0);
});

Deno.test("the memory of a process is returned with its own worker, and the failure of one is reported", () => {
  const clock = new FakeClock(0);
  let ended = 0;
  const failures: unknown[] = [];
  const failed = (error: unknown) => failures.push(error);
  const stops = [
    startTrimming({ ended: () => ended, clock, failed }),
    startTrimming({
      ended: () => ended,
      clock,
      failed,
      trim() {
        throw new Error("no thread");
      },
    }),
  ];
  clock.pass(0);
  ended = 1_000;
  clock.pass(LOOK_MS);
  clock.pass(LOOK_MS);
  assert.deepEqual(failures.map(String), ["Error: no thread"]);
  stops.forEach((stop) => stop());
});
