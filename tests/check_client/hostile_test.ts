// Whatever connects to check-client: it survives, uses bounded memory, and ends by itself.
import assert from "node:assert/strict";
import fc from "fast-check";
import { LIMITS, type Limits } from "../../lib/check_client/checks.ts";
import type { Interview } from "../../lib/check_client/interview.ts";
import { type Outcome, runChecks } from "../../lib/check_client/run.ts";
import { type Clock, steadyClock } from "../../lib/ops/background.ts";
import { FakeClock } from "../support/clock.ts";

/** Says yes to everything, so that the run goes on. */
const WILLING: Interview = {
  scene() {},
  tell() {},
  ask: () => Promise.resolve(true),
  onSkip: () => () => {},
  found() {},
};

const SHORT: Limits = {
  ...LIMITS,
  personMs: 100,
  reactMs: 50,
  reconnectMs: 100,
  totalMs: 1_000,
  idleMs: 20,
  gapMs: 0,
  slowMs: 1,
  holdMs: 20,
};

interface Running {
  readonly port: number;
  readonly outcome: Promise<Outcome>;
}

function begin(
  limits: Partial<Limits> = {},
  clock: Clock = steadyClock,
  interview = WILLING,
): Running {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const outcome = runChecks({
    listener,
    interview,
    limits: { ...SHORT, ...limits },
    clock,
    timeOfDay: Date.now,
    language: "en",
  });
  return { port, outcome };
}

const connect = (port: number) => Deno.connect({ hostname: "127.0.0.1", port });
const encode = (text: string) => new TextEncoder().encode(text);

/** Reads to the end of a connection, and closes it. Returns the number of bytes. */
async function drain(conn: Deno.Conn): Promise<number> {
  const buffer = new Uint8Array(16_384);
  let sum = 0;
  try {
    for (let count = await conn.read(buffer); count !== null; count = await conn.read(buffer)) {
      sum += count;
    }
  } catch {
    // It was reset.
  }
  conn.close();
  return sum;
}

/** Writes the same bytes until the connection ends. Returns how many it took. */
async function writeOn(conn: Deno.Conn, bytes: Uint8Array): Promise<number> {
  let sum = 0;
  try {
    for (;;) sum += await conn.write(bytes);
  } catch {
    return sum;
  }
}

const LOGIN = '{"type":"login","username":"x","password":"y"}\n';
const SAY = '{"type":"message","content":"ok","ref":"1"}\n';

Deno.test("rubbish, cut anywhere, ends with a report", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      LOGIN,
      SAY,
      "\n",
      "{",
      "}",
      '"',
      '{"type":',
      "[[[[",
      "\0\x10{",
      "\xff",
      "GET / HTTP/1.1\n",
    ),
    fc.uint8Array({ maxLength: 40 }),
    fc.json().map((text) => `${text}\n`),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
      const { port, outcome } = begin();
      const conn = await connect(port);
      const reading = drain(conn);
      for (const each of pieces) {
        await conn.write(typeof each === "string" ? encode(each) : each).catch(() => {});
      }
      const { findings } = await outcome;
      await reading;
      assert.equal(findings.length > 0, true);
    }),
    { numRuns: 8 },
  );
});

Deno.test("the sixth line that cannot be read closes the connection, as on the server", async () => {
  const { port, outcome } = begin();
  const conn = await connect(port);
  const reading = drain(conn);
  await conn.write(encode("rubbish\n".repeat(6)));
  // The reading ends before the run does.
  await Promise.race([reading, outcome.then(() => assert.fail("the connection was not closed"))]);
  await outcome;
});

Deno.test("a line that never ends is cut off at its limit", async () => {
  const { port, outcome } = begin();
  const conn = await connect(port);
  // What the system holds for the connection comes on top.
  assert.ok(await writeOn(conn, new Uint8Array(65_536).fill(0x78)) < 16 * 1024 * 1024);
  conn.close();
  const found = (await outcome).findings.find(({ check }) => check === "one-line");
  assert.equal(found?.fault, "too_long");
});

Deno.test("a client that never stops ends the run", async () => {
  const { port, outcome } = begin({ lines: 2_000, totalMs: 60_000, personMs: 60_000 });
  const conn = await connect(port);
  const reading = drain(conn);
  const writing = writeOn(conn, encode('{"type":"ping"}\n'.repeat(50)));
  assert.equal((await outcome).over, "flood");
  await Promise.all([reading, writing]);
});

Deno.test("a client that never reads is closed, and the run ends", async () => {
  const { port, outcome } = begin();
  const conn = await connect(port);
  const channel = "#".padEnd(30, "x");
  const join = `{"type":"join","channel":"${channel}"}\n{"type":"channels"}\n`;
  // The replies are longer than the requests. Nobody reads them, so the writing ends.
  await writeOn(conn, encode(LOGIN + join.repeat(200)));
  conn.close();
  assert.equal((await outcome).findings.length > 0, true);
});

Deno.test("hundreds of connections: those over the limit are closed, and all end with the run", async () => {
  const { port, outcome } = begin({ connections: 20, personMs: 1_000 });
  const conns = await Promise.all(Array.from({ length: 300 }, () => connect(port)));
  const ends = conns.map((conn) => drain(conn));
  await Promise.all(conns.slice(0, 40).map((conn) => conn.write(encode(LOGIN)).catch(() => {})));
  await outcome;
  await Promise.all(ends);
  await assert.rejects(connect(port));
});

Deno.test("a client that connects and closes at once, again and again, ends the run", async () => {
  const { port, outcome } = begin({ arrivals: 200, totalMs: 60_000, personMs: 60_000 });
  let ended = false;
  const over = outcome.then((outcome) => {
    ended = true;
    return outcome.over;
  });
  while (!ended) await connect(port).then((conn) => conn.close(), () => {});
  assert.equal(await over, "flood");
});

Deno.test("with a student who says nothing, a run ends within its time", async () => {
  const clock = new FakeClock(0);
  const silent: Interview = { ...WILLING, ask: () => new Promise(() => {}) };
  const { port, outcome } = begin(LIMITS, clock, silent);
  const conn = await connect(port);
  const reading = drain(conn);
  await conn.write(encode(LOGIN));
  let over: string | undefined;
  const ending = outcome.then((outcome) => over = outcome.over ?? "end");
  while (over === undefined) {
    clock.pass(1_000);
    // What the timers have set off runs now.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await Promise.all([ending, reading]);
  assert.ok(clock.now() <= LIMITS.totalMs + 2_000, `${clock.now()} ms`);
  assert.equal(clock.waiting, 0);
});
