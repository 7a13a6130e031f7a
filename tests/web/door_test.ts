// Tests of the HTTP listener alone: its headers, its limits, and that slow clients delay no others.
import assert from "node:assert/strict";
import type { HttpTimes } from "../../lib/http/conversation.ts";
import type { PlacesLimits } from "../../lib/net/turns/places.ts";
import type { WebOutcome } from "../../lib/net/web/outcomes.ts";
import { readAssets } from "../../lib/web/assets.ts";
import { Door } from "../../lib/web/door.ts";
import type { WebRules } from "../../lib/web/rules.ts";
import { get, head, Wire } from "../support/browser.ts";
import { FakeClock } from "../support/clock.ts";
import { TestListener } from "../support/listener.ts";

const TIMES: HttpTimes = { head: 60_000, idle: 60_000, reply: 60_000, linger: 1_000 };
const RULES: WebRules = {
  enabled: true,
  isProxy: () => false,
  origins: new Set(),
  hosts: new Set(),
  hsts: false,
  className: "",
};

interface Options {
  readonly times?: Partial<HttpTimes>;
  readonly places?: PlacesLimits;
  readonly rules?: Partial<WebRules>;
}

interface Setup {
  readonly port: number;
  readonly outcomes: WebOutcome[];
  readonly listener: TestListener;
}

async function withDoor(options: Options, work: (setup: Setup) => Promise<void>): Promise<void> {
  const outcomes: WebOutcome[] = [];
  const failures: unknown[] = [];
  const listener = new TestListener({
    open: () => ({ line() {}, overlong() {}, metrics() {}, ended() {} }),
    visited: (visit) => door.visit(visit),
  });
  const door = new Door({
    rules: { ...RULES, ...options.rules },
    assets: () => readAssets(""),
    limits: { lineBytes: 1_000, outboxBytes: 0 },
    admission: listener.admission,
    isBanned: () => undefined,
    errorText: ({ code }) => code,
    nextId: () => 1_000,
    receive: (arrival) => listener.gate.receive(arrival),
    counted: (outcome) => outcomes.push(outcome),
    failed: (error) => failures.push(error),
    times: { ...TIMES, ...options.times },
    ...(options.places && { places: options.places }),
    ...new FakeClock(0),
  });
  try {
    await work({ port: listener.port, outcomes, listener });
  } finally {
    await listener.close();
    await Promise.all([listener.finish(0), door.finish(0)]);
  }
  assert.deepEqual(failures, []);
  assert.equal(listener.admission.total + listener.admission.held, 0);
}

Deno.test("every reply has the headers that protect the page", async () => {
  await withDoor({ rules: { hsts: true } }, async ({ port }) => {
    for (const path of ["/", "/nothing", "/ws", "/j/5B-x"]) {
      const { headers } = await get(port, path, { Host: "prof-pc:12345" });
      assert.equal(
        headers.get("content-security-policy"),
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
          "connect-src 'self' ws://prof-pc:12345 wss://prof-pc:12345; manifest-src 'self'; " +
          "worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
          "require-trusted-types-for 'script'; trusted-types 'none'",
      );
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
      // Browsers accept this header over HTTPS and from their own machine only.
      assert.equal(headers.has("cross-origin-opener-policy"), false);
      assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
      assert.equal(headers.get("permissions-policy"), "camera=(), microphone=(), geolocation=()");
      // The request was not sent over HTTPS.
      assert.equal(headers.has("strict-transport-security"), false);
    }
    for (const host of ["localhost", "127.0.0.1:12345", "[::1]:12345", "class.localhost:80"]) {
      const { headers } = await get(port, "/", { Host: host });
      assert.equal(headers.get("cross-origin-opener-policy"), "same-origin", host);
    }
    for (const host of ["localhost.example.org", "127.0.0.1.example.org", "10.127.0.1", "a b"]) {
      const { headers } = await get(port, "/", { Host: host });
      assert.equal(headers.has("cross-origin-opener-policy"), false, host);
    }
    const odd = await get(port, "/", { Host: "a;script-src" });
    assert.match(odd.headers.get("content-security-policy")!, /connect-src 'self'; manifest/);
    using bad = await Wire.connect(port, "GET / HTTP/1.1\r\n\r\n");
    assert.equal((await bad.reply()).headers.get("x-content-type-options"), "nosniff");
  });
});

Deno.test("a request over HTTPS through a proxy gets the header that requires HTTPS", async () => {
  await withDoor({ rules: { hsts: true, isProxy: () => true } }, async ({ port }) => {
    const { headers } = await get(port, "/", { "X-Forwarded-Proto": "https" });
    assert.equal(headers.get("strict-transport-security"), "max-age=31536000");
    assert.equal(headers.get("cross-origin-opener-policy"), "same-origin");
  });
});

Deno.test("HEAD returns the headers of GET without a body, and other methods are rejected", async () => {
  await withDoor({}, async ({ port, outcomes }) => {
    using wire = await Wire.connect(port, head("/", {}, "HEAD") + head("/"));
    const [bodiless, whole] = [await wire.reply(true), await wire.reply()];
    assert.equal(bodiless.headers.get("content-length"), String(whole.body.length));
    using post = await Wire.connect(port, head("/", {}, "DELETE"));
    const { status, headers } = await post.reply();
    assert.deepEqual([status, headers.get("allow")], [405, "GET, HEAD"]);
    assert.deepEqual(outcomes, ["served", "served", "bad_request"]);
  });
});

Deno.test("a link with a code leads to the page, which reads the code from the fragment", async () => {
  await withDoor({}, async ({ port }) => {
    const { status, headers } = await get(port, "/j/5B-x_1");
    assert.deepEqual([status, headers.get("location")], [302, "../#/j/5B-x_1"]);
    for (const path of ["/j/", "/j/a/b", `/j/${"a".repeat(65)}`, "/j/a%0d"]) {
      assert.equal((await get(port, path)).status, 404, path);
    }
  });
});

Deno.test("an incomplete head and an idle connection are closed in time", async () => {
  await withDoor({ times: { head: 50, idle: 50 } }, async ({ port }) => {
    using half = await Wire.connect(port, "GET / HTTP/1.1\r\nHost: a\r\nX: ");
    using idle = await Wire.connect(port, head());
    assert.equal((await idle.reply()).status, 200);
    assert.deepEqual([await half.end(), await idle.end()], ["", ""]);
  });
});

Deno.test("thousands of incomplete heads block no other client, and the oldest are closed first", async () => {
  const places = { total: 64, perNetwork: 32 };
  await withDoor({ places }, async ({ port, listener }) => {
    const half: Wire[] = [];
    try {
      for (let i = 0; i < 2_000; i++) half.push(await Wire.connect(port, "GET / HTTP/1.1\r\n"));
      assert.equal((await get(port)).status, 200);
      assert.equal(await half[0]!.end(), "");
      // They do not count as connections to the chat.
      assert.equal(listener.gate.connections.size, 0);
      assert.ok(listener.admission.held <= 33);
    } finally {
      for (const wire of half) wire[Symbol.dispose]();
    }
  });
});

Deno.test("a client that does not read its reply delays no other client", async () => {
  await withDoor({}, async ({ port }) => {
    using greedy = await Wire.connect(port, head().repeat(20));
    assert.equal((await get(port)).status, 200);
    for (let i = 0; i < 20; i++) assert.equal((await greedy.reply()).status, 200);
  });
});
