// Tests of lib/chat/limits/rate_limit.ts with a fake clock.
import assert from "node:assert/strict";
import { MalformedCount, RateLimit } from "../../../lib/chat/limits/rate_limit.ts";

const limits = { perSecond: 10, burst: 40 };

Deno.test("RateLimit allows the burst, then as many requests as tokens return each second", () => {
  const rate = new RateLimit(limits, 0);
  for (let i = 0; i < 40; i++) assert.ok(rate.take(0).allowed);
  assert.deepEqual(rate.take(0), { allowed: false, retryAfter: 1, flooding: false });
  let allowed = 0;
  for (let now = 50; now <= 1000; now += 50) if (rate.take(now).allowed) allowed++;
  assert.equal(allowed, 10);
});

Deno.test("RateLimit says when a request may succeed", () => {
  const rate = new RateLimit({ perSecond: 0.2, burst: 1 }, 0);
  assert.ok(rate.take(0).allowed);
  assert.equal(rate.take(0).retryAfter, 5);
  assert.equal(rate.take(3_500).retryAfter, 2);
  assert.ok(rate.take(5_001).allowed);
});

Deno.test("RateLimit reports flooding after ten seconds of refusals", () => {
  const rate = new RateLimit(limits, 0);
  let floodedAt = -1;
  for (let now = 0; now < 30_000 && floodedAt < 0; now += 10) {
    if (rate.take(now).flooding) floodedAt = now;
  }
  assert.ok(floodedAt >= 10_000 && floodedAt < 11_000, String(floodedAt));
});

Deno.test("RateLimit does not report a client that pauses between bursts", () => {
  const rate = new RateLimit(limits, 0);
  for (let burst = 0; burst < 20; burst++) {
    for (let i = 0; i < 60; i++) assert.ok(!rate.take(burst * 3_000).flooding);
  }
});

Deno.test("RateLimit made after requests were read allows those that came at an allowed rate", () => {
  const rate = new RateLimit({ perSecond: 10, burst: 5 }, 10_000);
  for (let now = 0; now < 10_000; now += 100) {
    assert.deepEqual(rate.take(now), { allowed: true, retryAfter: 0, flooding: false });
  }
  for (let i = 0; i < 5; i++) assert.ok(rate.take(10_000).allowed);
  assert.ok(!rate.take(10_000).allowed);
});

Deno.test("RateLimit with a rate of 0 allows everything", () => {
  const rate = new RateLimit({ perSecond: 0, burst: 0 }, 0);
  for (let i = 0; i < 1000; i++) assert.ok(rate.take(0).allowed);
});

Deno.test("MalformedCount allows a number of malformed lines per minute", () => {
  const count = new MalformedCount(5);
  for (let i = 0; i < 5; i++) assert.ok(!count.add(i * 1000));
  assert.ok(count.add(5_000));
  const spread = new MalformedCount(5);
  for (let i = 0; i < 50; i++) assert.ok(!spread.add(i * 12_000));
  const none = new MalformedCount(0);
  for (let i = 0; i < 50; i++) assert.ok(!none.add(0));
});
