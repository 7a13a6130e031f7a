// Tests of lib/http/server.ts: the HTTP pages and the metrics on them.
import assert from "node:assert/strict";
import { startHttpServer } from "../../lib/http/server.ts";
import { createMetrics } from "../../lib/ops/metrics/metrics.ts";
import type { Readiness } from "../../lib/ops/readiness.ts";

const peer = { id: 1, address: "10.0.0.5", port: 1 };

interface Page {
  readonly status: number;
  readonly body: string;
  readonly headers: Headers;
}

function fail(error: unknown): never {
  throw error;
}

/** Starts the server. `get` fetches a page. */
async function withPages(
  options: { mayScrape?: boolean; ok?: boolean; readiness?: Readiness },
  work: (
    get: (path: string, method?: string) => Promise<Page>,
    metrics: ReturnType<typeof createMetrics>,
  ) => Promise<void>,
): Promise<void> {
  const metrics = createMetrics();
  metrics.measure({
    connections: () => 3,
    users: () => ({ guest: 1, member: 2 }),
    channels: () => 1,
    mailWaiting: () => 0,
    outboxBytes: () => 4,
    passwordsWaiting: () => 5,
    bans: () => 6,
  });
  const addresses: string[] = [];
  const server = startHttpServer({
    host: "127.0.0.1",
    port: 0,
    metrics,
    mayScrape(address) {
      addresses.push(address);
      return options.mayScrape ?? true;
    },
    health: () => ({ ok: options.ok ?? true, details: { database: "ok" } }),
    acceptFailed: fail,
    failed: fail,
    readiness: () => options.readiness ?? { ready: true, reasons: [], checks: {} },
  });
  try {
    await work(async (path, method = "GET") => {
      const url = `http://127.0.0.1:${server.addr.port}${path}`;
      const response = await fetch(url, { method });
      return { status: response.status, body: await response.text(), headers: response.headers };
    }, metrics);
    assert.ok(addresses.every((address) => address === "127.0.0.1"));
  } finally {
    metrics.stop();
    await server.stop();
  }
}

Deno.test("/metrics returns the metrics in the format of Prometheus", async () => {
  await withPages({}, async (get, { observer }) => {
    observer.accepted(peer);
    observer.login(peer, "bob", "failed");
    observer.disconnected(peer, "slow_consumer");
    observer.refusedRequest(peer, "rate_limited");
    const latencies = [0.0002, 0.02];
    observer.delivered({ global: 2, private: 0, deliveries: 8, commitSeconds: 0.001, latencies });
    const { status, body, headers } = await get("/metrics");
    assert.equal(status, 200);
    assert.match(headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
    const expected = [
      "classcord_connections 3",
      'classcord_users_online{kind="member"} 2',
      "classcord_outbox_bytes 4",
      "classcord_connections_total 1",
      'classcord_logins_total{result="failed"} 1',
      'classcord_logins_total{result="ok"} 0',
      "classcord_slow_consumers_total 1",
      'classcord_refused_requests_total{code="rate_limited"} 1',
      'classcord_messages_total{subtype="global"} 2',
      'classcord_messages_total{subtype="private"} 0',
      "classcord_deliveries_total 8",
      "classcord_delivery_seconds_count 2",
      "classcord_store_commit_seconds_count 1",
    ];
    for (const line of expected) assert.ok(body.split("\n").includes(line), `${line}\n${body}`);
    assert.doesNotMatch(body, /bob/, "names would make labels without bound");
    assert.ok(Number(/^process_resident_memory_bytes (\d+)$/m.exec(body)![1]) > 1e6);
    assert.match(body, /^classcord_build_info\{version="\d/m);
  });
});

Deno.test("/metrics is available to listed addresses only", async () => {
  await withPages({ mayScrape: false }, async (get) => {
    const { status, body } = await get("/metrics");
    assert.equal(status, 403);
    assert.match(body, /metrics\.scrape_from.*127\.0\.0\.1/);
    assert.equal((await get("/healthz")).status, 200);
  });
});

Deno.test("/healthz returns whether the server works", async () => {
  await withPages({}, async (get) => {
    const { status, body } = await get("/healthz");
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), { status: "ok", database: "ok" });
  });
  await withPages({ ok: false }, async (get) => {
    assert.equal((await get("/healthz")).status, 503);
  });
});

Deno.test("/readyz returns whether the server is ready, and the reasons if it is not", async () => {
  await withPages({}, async (get) => {
    const { status, body } = await get("/readyz");
    assert.equal(status, 200);
    assert.deepEqual(JSON.parse(body), { status: "ready", reasons: [], checks: {} });
  });
  const checks = { disk: { ok: false, reason: "full" } };
  await withPages({ readiness: { ready: false, reasons: ["full"], checks } }, async (get) => {
    const { status, body, headers } = await get("/readyz");
    assert.equal(status, 503);
    assert.equal(headers.get("content-type"), "application/json");
    assert.deepEqual(JSON.parse(body), { status: "not ready", reasons: ["full"], checks });
    assert.equal((await get("/healthz")).status, 200);
  });
});

Deno.test("other pages and methods are rejected", async () => {
  await withPages({}, async (get) => {
    assert.equal((await get("/nothing")).status, 404);
    assert.equal((await get("/metrics", "POST")).status, 405);
    assert.equal((await get("/healthz", "HEAD")).body, "");
  });
});
