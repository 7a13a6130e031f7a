// Clients send lines, cut anywhere, read at their own pace, and leave in every way.
// Each answer must come once and in order.
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Connection } from "../../lib/net/connection.ts";
import { Departures } from "../../lib/net/turns/departures.ts";
import { Turns } from "../../lib/net/turns/turns.ts";
import { encodeLines } from "../../lib/protocol/reply.ts";
import { TestListener } from "./listener.ts";

/** How much to try. */
export interface FuzzOptions {
  /** The least number of lines to send. */
  readonly lines: number;
  /** The same seed leads to the same choices. */
  readonly seed: number;
  /** Called after each hundred connections. */
  readonly progress?: (lines: number) => void;
}

/** What a run did. */
export interface FuzzResult {
  readonly lines: number;
  readonly connections: number;
  /** The number of connections that the server still has. It must be 0. */
  readonly left: number;
}

// Each client waits most of the time, so many are needed to keep a core busy.
const AT_ONCE = 60;
/** The longest write of a client. It changes now and then, because most system calls are writes of a few bytes. */
const WRITE_BYTES = [3, 200, 5_000, 100_000];
const LONG_ANSWER = 20_000;

/** Returns a random whole number below a bound. */
type Choose = (bound: number) => number;

/** Runs the clients. @throws {AssertionError} If an answer is missing or wrong. */
export async function fuzzSockets(options: FuzzOptions): Promise<FuzzResult> {
  const choose = chooser(options.seed);
  const listener = new TestListener({
    turns: new Turns(),
    departures: new Departures({ slice: 8 }),
    open: (connection) => ({
      line: (text) => serve(connection, text),
      overlong: () => assert.fail("no line is too long"),
      metrics: () => assert.fail("nobody asks for metrics"),
      ended() {},
    }),
  });
  let [lines, connections] = [0, 0];
  async function visitAgain(): Promise<void> {
    while (lines < options.lines) {
      const visit = makeVisit(choose);
      lines += visit.lines;
      await visit.run(listener.port);
      if (++connections % 100 === 0) options.progress?.(lines);
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, visitAgain));
  } finally {
    await listener.close();
    await listener.finish(5_000);
  }
  return { lines, connections, left: listener.gate.connections.size };
}

async function serve(connection: Connection, text: string): Promise<void> {
  // Some requests take a while, and those behind them wait.
  if (text.startsWith("7")) await new Promise((resolve) => setTimeout(resolve, 0));
  connection.send(encodeLines(answerTo(text)));
}

function answerTo(text: string): string {
  return text.startsWith("L") ? `${text}${"y".repeat(LONG_ANSWER)}\n` : `${text}\n`;
}

function makeVisit(choose: Choose) {
  const isLong = choose(20) === 0;
  const texts = Array.from({ length: 1 + choose(isLong ? 400 : 60) }, (_, i) => {
    const start = choose(isLong ? 2 : 20) === 0 ? "L" : String(choose(9));
    return `${start} ${i} ${"x".repeat(choose(300))}`;
  });
  // 0: after the last answer. 1: in the middle. 2: half-closed, and the answers follow, which may take five seconds.
  const end = isLong ? choose(2) : choose(3);
  return {
    lines: texts.length,
    run: (port: number) => visit(port, { texts, end, choose }),
  };
}

async function visit(
  port: number,
  { texts, end, choose }: { texts: readonly string[]; end: number; choose: Choose },
): Promise<void> {
  const sent = new TextEncoder().encode(texts.map((text) => `${text}\n`).join(""));
  const expected = new TextEncoder().encode(texts.map(answerTo).join(""));
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const breakOffAt = end === 1 ? choose(expected.length) : Infinity;
  const sending = send(conn, sent, choose).then(() => end === 2 ? conn.closeWrite() : undefined);
  const came = await receive(conn, { expected, until: breakOffAt, choose });
  if (end !== 1) {
    await sending;
    assert.equal(came, expected.length, "the end came before the last answer");
    if (end === 2) assert.equal(await conn.read(new Uint8Array(1)), null);
  }
  conn.close();
  await sending.catch(() => {});
}

async function send(conn: Deno.TcpConn, bytes: Uint8Array, choose: Choose): Promise<void> {
  let longest = WRITE_BYTES[choose(WRITE_BYTES.length)]!;
  for (let at = 0; at < bytes.length;) {
    at += await conn.write(bytes.subarray(at, at + 1 + choose(longest)));
    if (choose(20) > 0) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    longest = WRITE_BYTES[choose(WRITE_BYTES.length)]!;
  }
}

/** Reads the expected bytes, or `until` bytes of them. Returns the number of bytes read. */
async function receive(
  conn: Deno.TcpConn,
  { expected, until, choose }: { expected: Uint8Array; until: number; choose: Choose },
): Promise<number> {
  const buffer = new Uint8Array(1 + choose(50_000));
  const pause = choose(3) === 0;
  let at = 0;
  while (at < expected.length && at < until) {
    if (pause && choose(10) === 0) await new Promise((resolve) => setTimeout(resolve, choose(5)));
    const count = await conn.read(buffer);
    if (count === null) break;
    const same = expected.subarray(at, at + count);
    if (Buffer.compare(same, buffer.subarray(0, count)) !== 0) {
      assert.fail(`other bytes than expected after ${at} of ${expected.length}`);
    }
    at += count;
  }
  return at;
}

// mulberry32, a small random number generator with a seed.
function chooser(seed: number): Choose {
  let state = seed;
  return (bound) => {
    state = state + 0x6d2b79f5 | 0;
    let mixed = Math.imul(state ^ state >>> 15, 1 | state);
    mixed = mixed + Math.imul(mixed ^ mixed >>> 7, 61 | mixed) ^ mixed;
    return Math.floor(((mixed ^ mixed >>> 14) >>> 0) / 4294967296 * bound);
  };
}

/** `deno task fuzz [LINES] [SEED]`. */
export async function runSocketFuzz(
  [lines = "10000000", seed = String(Date.now() % 1_000_000)]: readonly string[],
): Promise<void> {
  console.log(`${lines} lines, seed ${seed}`);
  const result = await fuzzSockets({
    lines: Number(lines),
    seed: Number(seed),
    progress(done) {
      if (Deno.stdout.isTerminal()) Deno.stdout.writeSync(new TextEncoder().encode(`\r${done}`));
    },
  });
  console.log(`\r${result.lines} lines over ${result.connections} connections, each answered once`);
  assert.equal(result.left, 0);
}
