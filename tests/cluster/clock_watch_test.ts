// A node whose clock is not that of the leader.
import assert from "node:assert/strict";
import { ClockWatch, SKEW_MS } from "../../lib/cluster/clock_watch.ts";

function watch(): { clock: ClockWatch; told: string[]; set: (time: number) => void } {
  let now = 0;
  const told: string[] = [];
  const clock = new ClockWatch({ time: () => now, told: (text) => told.push(text) });
  return { clock, told, set: (time) => now = time };
}

Deno.test("a clock that differs in three batches is wrong, until one agrees", () => {
  const { clock, told, set } = watch();
  const at = 1_000_000;
  set(at + SKEW_MS + 1);
  clock.read(at);
  clock.read(at);
  assert.equal(clock.isWrong, false);
  clock.read(at);
  clock.read(at);
  assert.equal(clock.isWrong, true);
  set(at + SKEW_MS);
  clock.read(at);
  assert.equal(clock.isWrong, false);
  assert.deepEqual(told, [
    "the clock of this server is 10 s ahead of that of the leader. Synchronise the clocks of all servers",
    "the clock of this server agrees with that of the leader again",
  ]);
});

Deno.test("a clock may be behind as well, and single batches that arrive late do not count", () => {
  const { clock, told, set } = watch();
  const at = 10_000_000;
  for (const time of [at + 60_000, at + 60_000, at, at + 60_000]) {
    set(time);
    clock.read(at);
  }
  assert.deepEqual(told, []);
  set(at - 75_400);
  for (let i = 0; i < 3; i++) clock.read(at);
  assert.match(told[0]!, /is 75 s behind that of the leader/);
});
