// Tests of lib/ops/observers/activity.ts: the counts for `stats`.
import assert from "node:assert/strict";
import fc from "fast-check";
import { createActivity, RateCounter } from "../../../lib/ops/observers/activity.ts";

const peer = { id: 1, address: "10.0.0.5", port: 5 };

Deno.test("RateCounter averages over complete seconds and forgets events older than a minute", () => {
  let now = 0;
  const counter = new RateCounter(() => now);
  counter.add(20);
  assert.deepEqual(counter.rates(), { "10s": 0, "60s": 0 }, "the second has only begun");
  now = 1_000;
  assert.deepEqual(counter.rates(), { "10s": 2, "60s": 0.3 });
  now = 10_999;
  assert.equal(counter.rates()["10s"], 2);
  now = 11_000;
  assert.equal(counter.rates()["10s"], 0);
  assert.equal(counter.rates()["60s"], 0.3);
  now = 60_000;
  assert.equal(counter.rates()["60s"], 0);
});

Deno.test("RateCounter gives the same counts as a simple list of times", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (gaps) => {
      let now = 0;
      const counter = new RateCounter(() => now);
      const times: number[] = [];
      for (const gap of gaps) {
        now += gap;
        counter.add();
        times.push(Math.floor(now / 1000));
      }
      const second = Math.floor(now / 1000);
      const within = (seconds: number) =>
        times.filter((time) => time < second && time >= second - seconds).length;
      const rounded = (count: number, seconds: number) => Math.round(count / seconds * 10) / 10;
      assert.deepEqual(counter.rates(), {
        "10s": rounded(within(10), 10),
        "60s": rounded(within(59), 59),
      });
    }),
  );
});

Deno.test("the activity counts messages, deliveries and logins since the start", () => {
  let now = 0;
  const { observer, stats } = createActivity(() => now);
  observer.login(peer, "bob", "ok");
  observer.login(peer, "bob", "failed");
  observer.registered(peer, "bob");
  observer.refusedRequest(peer, "forbidden");
  const turn = { global: 3, private: 1, deliveries: 40, commitSeconds: 0, latencies: [] };
  observer.delivered(turn);
  observer.delivered(turn);
  now = 1_000;
  const { messages, deliveries, logins, registrations, rates } = stats();
  assert.deepEqual(messages, { global: 6, private: 2 });
  assert.equal(deliveries, 80);
  assert.deepEqual(logins, { ok: 1, failed: 1, throttled: 0, busy: 0, banned: 0 });
  assert.equal(registrations, 1);
  assert.deepEqual([rates.messages["10s"], rates.deliveries["10s"], rates.refused["10s"]], [
    0.8,
    8,
    0.1,
  ]);
});
