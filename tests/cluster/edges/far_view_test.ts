// What a leader knows of when connections of other machines were heard from.
import assert from "node:assert/strict";
import { EdgeClock, FarView } from "../../../lib/cluster/edges/far_view.ts";

const AT_FIRST = {
  address: "10.0.0.1",
  port: 1,
  secure: false,
  bringsLines: false,
  operator: undefined,
  queuedBytes: 0,
  takenBytes: 0,
};

Deno.test("the clock of an edge is read from the fastest frame of late, so it may drift or have stood still", () => {
  const clock = { now: 0 };
  const edgeClock = new EdgeClock(() => clock.now);
  const frame = (sentAt: number, delay: number) => {
    clock.now = sentAt + 1_000 + delay;
    edgeClock.arrived(sentAt);
  };
  frame(0, 80);
  frame(500, 10);
  frame(800, 300);
  assert.equal(edgeClock.convert(700), 1_710);
  assert.equal(edgeClock.convert(1_500), clock.now, "nothing is read in the future");
  // From here on, the clock of the leader is 90 s ahead instead of one.
  for (let sentAt = 10_000; sentAt <= 130_000; sentAt += 10_000) frame(sentAt, 89_000);
  assert.equal(edgeClock.convert(130_000), 220_000);
});

Deno.test("after a take-over, only what is heard later is a sign that earlier messages have arrived", () => {
  const clock = { now: 1_000 };
  const edgeClock = new EdgeClock(() => clock.now);
  const view = new FarView(1, { ...AT_FIRST, heardAt: 50_000 }, edgeClock);
  const restored = view.heardAt;
  // The first frame was on its way for two seconds.
  clock.now += 2_000;
  edgeClock.arrived(60_000);
  const reading = { queuedBytes: 3, takenBytes: 5, heardAt: 59_999 };
  view.confirm(reading);
  assert.deepEqual([view.heardAt, view.queuedBytes, view.takenBytes], [restored, 3, 5]);
  view.update({ ...reading, queuedBytes: 0 });
  assert.equal(view.heardAt, restored);
  clock.now += 10;
  view.update({ ...reading, heardAt: 60_001 });
  assert.ok(view.heardAt > restored);
});
