// Tests of lib/ops/readiness.ts: the checks, their reasons, and how often they run.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { createReadiness, type ReadinessProbes, watchStore } from "../../lib/ops/readiness.ts";
import { probeWritable } from "../../lib/store/probe.ts";
import { withDatabase } from "../support/database.ts";

const NOW = Date.UTC(2026, 10, 22);
const peerless = { global: 0, private: 0, deliveries: 0, commitSeconds: 0, latencies: [] };

function probes(overrides: Partial<ReadinessProbes> = {}): ReadinessProbes {
  return {
    database() {},
    storeFailing: () => false,
    lag: () => 0.01,
    disk: () => ({ free: 2 ** 30, least: 2 ** 27 }),
    certificate: () => undefined,
    now: () => NOW,
    ...overrides,
  };
}

Deno.test("a healthy server is ready, and reports the measured values", () => {
  const certificate = { notBefore: new Date(0), notAfter: new Date(NOW + 1) };
  assert.deepEqual(createReadiness(probes({ certificate: () => certificate }))(), {
    ready: true,
    reasons: [],
    checks: {
      database: { ok: true },
      event_loop: { ok: true, lag_ms: 10 },
      disk: { ok: true, free_bytes: 2 ** 30, least_bytes: 2 ** 27 },
      certificate: { ok: true, not_after: "2026-11-22T00:00:00.001Z" },
    },
  });
});

Deno.test("each failed check is a reason, and no secret is revealed", () => {
  const failing: [Partial<ReadinessProbes>, string, RegExp][] = [
    [
      {
        database() {
          throw new Error("/srv/secret/classcord.db: readonly");
        },
      },
      "database",
      /cannot be written/,
    ],
    [{ storeFailing: () => true }, "database", /could not be stored/],
    [{ lag: () => 1.5 }, "event_loop", /1500 ms late; the limit is 1000 ms/],
    [{ disk: () => ({ free: 2 ** 26, least: 2 ** 27 }) }, "disk", /64 MiB are free.*128/],
    [
      { certificate: () => ({ notBefore: new Date(0), notAfter: new Date(NOW) }) },
      "certificate",
      /expired/,
    ],
    [
      { certificate: () => ({ notBefore: new Date(NOW + 1), notAfter: new Date(NOW + 2) }) },
      "certificate",
      /only from/,
    ],
  ];
  for (const [overrides, name, reason] of failing) {
    const { ready, reasons, checks } = createReadiness(probes(overrides))();
    assert.deepEqual([ready, reasons.length], [false, 1], name);
    assert.match(reasons[0]!, reason);
    assert.equal(checks[name]!.ok, false);
    assert.doesNotMatch(JSON.stringify(checks), /secret/);
  }
});

Deno.test("a limit of 0 is no limit", () => {
  const disk = () => ({ free: 0, least: 0 });
  assert.ok(createReadiness(probes({ disk }))().ready);
});

Deno.test("the checks run at most once per second", () => {
  let looks = 0;
  let now = NOW;
  const readiness = createReadiness(probes({ database: () => looks++, now: () => now }));
  readiness();
  now += 999;
  readiness();
  assert.equal(looks, 1);
  now += 1;
  readiness();
  assert.equal(looks, 2);
  now -= 3_600_000;
  readiness();
  assert.equal(looks, 3, "the clock was set back");
});

Deno.test("a failure to store counts until a message is stored or a minute has passed", () => {
  let now = 0;
  const store = watchStore(() => now);
  assert.ok(!store.failing());
  store.storeFailed(new Error("full"), 1);
  store.delivered(peerless);
  assert.ok(store.failing(), "a change of presence stores nothing");
  store.delivered({ ...peerless, private: 1 });
  assert.ok(!store.failing());
  store.storeFailed(new Error("full"), 1);
  now = 59_999;
  assert.ok(store.failing());
  now = 60_000;
  assert.ok(!store.failing());
});

Deno.test("a database counts as writable, even while another process writes to it", async () => {
  await withDatabase(({ sqlite, path }) => {
    probeWritable(sqlite);
    const wait = () => sqlite.prepare("PRAGMA busy_timeout").get()!["timeout"];
    const before = wait();
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    probeWritable(sqlite);
    other.exec("ROLLBACK");
    other.close();
    assert.equal(wait(), before);
    const reader = new DatabaseSync(path, { readOnly: true });
    assert.throws(() => probeWritable(reader), /readonly/);
    reader.close();
  });
});
