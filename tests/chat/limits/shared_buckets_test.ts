// Tests of lib/chat/limits/shared_buckets.ts and lib/chat/limits/cost.ts with a fake clock.
import assert from "node:assert/strict";
import fc from "fast-check";
import { LINE_BYTES, priceOf, priceOfReply, priceOfRows } from "../../../lib/chat/limits/cost.ts";
import { SharedBuckets } from "../../../lib/chat/limits/shared_buckets.ts";
import { defaultConfig } from "../../../lib/ops/config/schema.ts";
import { createLiveSettings } from "../../../lib/server/live_settings.ts";
import { FakeClock } from "../../support/clock.ts";

const limits = { perSecond: 10, burst: 40 };

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

Deno.test("ordinary requests cost one token, and requests that cause work cost more", () => {
  assert.equal(priceOf("message", 8_192 * 3), 1);
  assert.equal(priceOf("ping", 20), 1);
  assert.equal(priceOf(undefined, 20), 1);
  assert.equal(priceOf("message", 2 * LINE_BYTES), 3);
  assert.ok(priceOf("login", 100) > 1 && priceOf("search", 100) > 1);
  assert.equal(priceOfReply(16_383), 0);
  assert.equal(priceOfReply(512 * 1024), 32);
  assert.equal(priceOfRows(20), 0);
  assert.equal(priceOfRows(200), 4);
});

Deno.test("an address uses its burst at once, and then waits for tokens", async () => {
  const clock = new FakeClock(0);
  const buckets = new SharedBuckets(limits, clock);
  const share = { used: 0 };
  for (let i = 0; i < 40; i++) assert.equal(buckets.take("a", 1, share), undefined);
  let served = 0;
  for (let i = 0; i < 25; i++) buckets.take("a", 1, share)!.then(() => served++);
  assert.equal(buckets.take("b", 1, { used: 0 }), undefined);
  clock.pass(1_000);
  await settle();
  assert.equal(served, 10);
  clock.pass(1_500);
  await settle();
  assert.equal(served, 25);
  assert.equal(clock.waiting, 0);
});

Deno.test("of the waiting requests, that of the connection that has used least goes first", async () => {
  const clock = new FakeClock(0);
  const buckets = new SharedBuckets(limits, clock);
  const heavy = { used: 0 };
  while (buckets.take("a", 5, heavy) === undefined);
  const order: string[] = [];
  for (let i = 0; i < 10; i++) buckets.take("a", 5, heavy)!.then(() => order.push("heavy"));
  buckets.take("a", 1, { used: 0 })!.then(() => order.push("light"));
  clock.pass(2_000);
  await settle();
  assert.equal(order[0], "light");
  assert.ok(order.includes("heavy"), "nobody waits forever");
});

Deno.test("debt is limited, and tokens can be returned", async () => {
  const clock = new FakeClock(0);
  const buckets = new SharedBuckets(limits, clock);
  const share = { used: 0 };
  buckets.charge("a", 1_000_000, share);
  let served = false;
  buckets.take("a", 1, share)!.then(() => served = true);
  // The debt is a quarter of the burst, ten tokens, plus one for the request.
  clock.pass(1_099);
  await settle();
  assert.ok(!served);
  clock.pass(1);
  await settle();
  assert.ok(served);
  buckets.charge("a", -1, share);
  assert.equal(buckets.take("a", 1, share), undefined);
});

Deno.test("a full bucket is forgotten", () => {
  const clock = new FakeClock(0);
  const buckets = new SharedBuckets(limits, clock);
  for (let i = 0; i < 1_000; i++) buckets.take(`10.0.0.${i}`, 1, { used: 0 });
  clock.pass(60_000);
  for (let i = 0; i < 600; i++) buckets.take("a", 1, { used: 0 });
  assert.equal(buckets.size, 1);
});

Deno.test("without a rate no request waits, and clear lets all waiting requests go on", async () => {
  const clock = new FakeClock(0);
  const live = { perSecond: 1, burst: 1 };
  const buckets = new SharedBuckets(live, clock);
  buckets.take("a", 1, { used: 0 });
  let served = 0;
  buckets.take("a", 1, { used: 0 })!.then(() => served++);
  buckets.take("a", 1, { used: 0 })!.then(() => served++);
  buckets.clear();
  await settle();
  assert.equal(served, 2);
  assert.equal(clock.waiting, 0);
  live.perSecond = 0;
  for (let i = 0; i < 100; i++) assert.equal(buckets.take("a", 1, { used: 0 }), undefined);
});

Deno.test("an address gets no more than its burst and its rate, and no less if it asks for more", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.record({ after: fc.nat(300), asked: fc.integer({ min: 0, max: 8 }) }), {
      maxLength: 60,
    }),
    async (steps) => {
      const clock = new FakeClock(0);
      const buckets = new SharedBuckets(limits, clock);
      let asked = 0;
      let served = 0;
      for (const step of steps) {
        clock.pass(step.after);
        for (let i = 0; i < step.asked; i++) {
          asked++;
          const waiting = buckets.take("a", 1, { used: 0 });
          if (waiting === undefined) served++;
          else waiting.then(() => served++);
        }
        await settle();
        assert.ok(served <= limits.burst + clock.now() * limits.perSecond / 1000 + 1e-6);
      }
      clock.pass(asked * 100 + 1_000);
      await settle();
      assert.equal(served, asked);
    },
  ));
});

Deno.test("a class of 200 behind one address never waits when it logs in, asks and writes at once", () => {
  const { addresses, limits: { requests } } = createLiveSettings(defaultConfig(), {});
  const clock = new FakeClock(0);
  const asked = new SharedBuckets(addresses.requests, clock);
  const joined = new SharedBuckets(addresses.joins, clock);
  const price = (type: Parameters<typeof priceOf>[0], bytes: number) =>
    priceOf(type, bytes) + bytes * addresses.tokensPerByte;
  const pupils = Array.from({ length: 200 }, () => ({ used: 0 }));
  const never = (waiting: Promise<void> | undefined) => assert.equal(waiting, undefined);
  for (const pupil of pupils) {
    never(asked.take("school", price("register", 100), pupil));
    never(asked.take("school", price("login", 100), pupil));
    never(joined.take("school", 1, { used: 0 }));
    never(asked.take("school", price("users", 20), pupil));
    never(asked.take("school", price("history", 60), pupil));
    asked.charge("school", priceOfRows(50) + priceOfReply(20_000), pupil);
  }
  // Each pupil pastes 8 KiB. Then for an hour each sends `users` and a message every 3 s.
  for (const pupil of pupils) never(asked.take("school", price("message", 8_500), pupil));
  for (let second = 0; second < 3_600; second += 3) {
    clock.pass(3_000);
    for (const pupil of pupils) {
      never(asked.take("school", price("users", 20), pupil));
      never(asked.take("school", price("message", 150) + 0.2, pupil));
    }
  }
  // After a restart of the server or of the school's network all reconnect at once.
  for (let i = 0; i < 200; i++) never(joined.take("school", 1, { used: 0 }));
  assert.ok(
    requests.burst >= 15,
    "the first second of a lesson fits into the burst of a connection",
  );
});
