// Tests of lib/edge: what the edge does with the output of a turn, and what it reports.
import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { APART_MS } from "../../lib/edge/apart_writer.ts";
import type { Core, Output } from "../../lib/edge/edge.ts";
import { LocalEdge } from "../../lib/edge/local_edge.ts";
import type { ByteStream } from "../../lib/net/byte_stream.ts";
import { Connection } from "../../lib/net/connection.ts";
import type { CloseReason, Peer } from "../../lib/net/peer.ts";
import { makeChat } from "../chat/fakes.ts";
import { FakeClock } from "../support/clock.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The client's side of a connection. It remembers each write. */
class TestPeer implements Peer {
  readonly address = "10.0.0.5";
  readonly port = 1;
  readonly heardAt = 0;
  queuedBytes = 0;
  takenBytes = 0;
  closed = false;
  reason: CloseReason | undefined;
  readonly writes: Uint8Array[] = [];
  readonly unwritten: (() => void)[] = [];

  constructor(readonly id: number) {}

  send(lines: Uint8Array, written?: () => void): void {
    this.writes.push(lines);
    if (written !== undefined) this.unwritten.push(written);
  }

  close(reason: CloseReason): void {
    this.closed = true;
    this.reason = reason;
  }

  take(): string[] {
    return this.writes.splice(0).map((bytes) => decoder.decode(bytes));
  }
}

/** Returns an edge with some connections, and what it reported to the core. */
function makeEdge(connections: number) {
  const told: unknown[][] = [];
  const core = new Proxy({} as Core, {
    get: (_, name) => (...args: unknown[]) => void told.push([name, ...args]),
  });
  const clock = new FakeClock(0);
  const observed = (event: Uint8Array) => void told.push(["observed", decoder.decode(event)]);
  const edge = new LocalEdge({ core, timers: clock, observed });
  const peers = Array.from({ length: connections }, (_, i) => new TestPeer(i + 1));
  const consumers = peers.map((peer) => edge.open(peer));
  told.length = 0;
  const deliver = (...output: Output[]) => edge.deliver(output);
  return { deliver, peers, consumers, told, clock };
}

const bytes = (text: string) => encoder.encode(text);

Deno.test("lines for everyone reach the users who have joined, each without its own", () => {
  const { deliver, peers: [ada, bob, idle] } = makeEdge(3);
  const lines = bytes("one\ntwo\n");
  deliver(
    { kind: "joined", to: 1 },
    { kind: "joined", to: 2 },
    { kind: "lines", audience: "everyone", bytes: lines },
  );
  // The same object, not a copy.
  assert.ok(ada!.writes[0] === lines && bob!.writes[0] === lines);
  for (const peer of [ada!, bob!]) peer.take();
  const places = [{ start: 0, end: 4 }];
  const all = [{ start: 0, end: 4 }, { start: 4, end: 8 }];
  const except = [{ to: 1, places }, { to: 2, places: all }];
  deliver({ kind: "lines", audience: "everyone", bytes: lines, except });
  assert.deepEqual([ada!.take(), bob!.take(), idle!.take()], [["two\n"], [], []]);
  deliver({ kind: "left", to: 1 }, { kind: "lines", audience: "everyone", bytes: lines });
  assert.deepEqual([ada!.take(), bob!.take()], [[], ["one\ntwo\n"]]);
  deliver({ kind: "lines", audience: [1, 3, 99], bytes: lines, except });
  assert.deepEqual([ada!.take(), bob!.take(), idle!.take()], [["two\n"], [], ["one\ntwo\n"]]);
});

Deno.test("a held connection receives its reply first, then the lines from others", () => {
  const { deliver, peers: [ada] } = makeEdge(1);
  const about: Output = { kind: "about", to: 1, bytes: bytes("about") };
  const lines: Output = { kind: "lines", audience: [1], bytes: bytes("lines") };
  deliver({ kind: "hold", to: 1 }, lines, about);
  assert.deepEqual(ada!.take(), []);
  deliver(
    { kind: "reply", to: 1, bytes: bytes("reply") },
    { kind: "release", to: 1, sameUser: true },
    lines,
  );
  assert.deepEqual(ada!.take(), ["reply", "lines", "about", "lines"]);
  deliver({ kind: "hold", to: 1 }, about, lines, { kind: "release", to: 1, sameUser: false });
  assert.deepEqual(ada!.take(), ["lines"]);
  deliver({ kind: "hold", to: 1 }, lines, { kind: "hurry", to: 1 }, {
    kind: "close",
    to: 1,
    reason: "kicked",
  });
  assert.deepEqual([ada!.take(), ada!.reason], [["lines"], "kicked"]);
});

Deno.test("held lines are sent once they reach 4 MiB", () => {
  const { deliver, peers: [ada] } = makeEdge(1);
  deliver({ kind: "hold", to: 1 });
  const lines: Output = { kind: "lines", audience: [1], bytes: new Uint8Array(2 ** 20) };
  for (let i = 0; i < 4; i++) deliver(lines);
  assert.equal(ada!.writes.length, 0);
  deliver(lines);
  assert.equal(ada!.writes.length, 5);
});

Deno.test("receipts are reported by number, for each connection, once its lines are taken", () => {
  const { deliver, peers: [ada, bob], told } = makeEdge(2);
  deliver(
    { kind: "lines", audience: [1, 2], bytes: bytes("x"), receipt: 7 },
    { kind: "missed", to: 2, bytes: bytes("y"), receipt: 8 },
    { kind: "reply", to: 2, bytes: bytes("z") },
  );
  assert.deepEqual(told, []);
  bob!.unwritten.forEach((written) => written());
  ada!.unwritten.forEach((written) => written());
  assert.deepEqual(told, [["taken", 2, 7], ["taken", 2, 8], ["taken", 1, 7]]);
});

Deno.test("missed lines are written one by one, and dropped ones are reported", () => {
  const { deliver, peers: [ada], told, clock } = makeEdge(1);
  const missed = (text: string, receipt: number): Output => ({
    kind: "missed",
    to: 1,
    bytes: bytes(text),
    receipt,
  });
  deliver({ kind: "forget", to: 1 }, { kind: "apart", to: 1 }, { kind: "forget", to: 1 });
  assert.deepEqual(told, []);
  deliver(missed("one", 1), missed("two", 2), missed("three", 3));
  clock.pass(APART_MS);
  assert.deepEqual(ada!.take(), ["one"]);
  deliver({ kind: "forget", to: 1 });
  clock.pass(10 * APART_MS);
  assert.deepEqual([ada!.take(), told, clock.waiting], [[], [["forgotten", 1, [2, 3]]], 0]);
});

Deno.test("an edge passes events for the log on, also of a connection that is closed", () => {
  const { deliver, peers: [ada], consumers: [consumer], told } = makeEdge(1);
  deliver({ kind: "observed", to: 1, bytes: bytes("one") });
  consumer!.closed!();
  deliver({ kind: "observed", to: 1, bytes: bytes("two") });
  assert.deepEqual(told, [["observed", "one"], ["closed", 1], ["observed", "two"]]);
  assert.deepEqual(ada!.take(), []);
});

Deno.test("an edge forgets a connection when it is closed", async () => {
  const { deliver, peers: [ada], consumers: [consumer], told } = makeEdge(1);
  deliver({ kind: "joined", to: 1 });
  const sent = consumer!.ended("client");
  deliver({ kind: "reply", to: 1, bytes: bytes("last") });
  assert.deepEqual(ada!.take(), ["last"]);
  deliver({ kind: "finish", to: 1 });
  await sent;
  consumer!.closed!();
  consumer!.closed!();
  assert.deepEqual(told, [["ended", 1, "client"], ["closed", 1]]);
  deliver(
    { kind: "lines", audience: "everyone", bytes: bytes("x") },
    { kind: "lines", audience: [1], bytes: bytes("x") },
    { kind: "reply", to: 1, bytes: bytes("x") },
  );
  assert.deepEqual(ada!.take(), []);
});

/** A client that sends some lines, closes its half, and keeps what it receives. */
class HalfClosed implements ByteStream {
  received = "";
  readonly closed = Promise.withResolvers<void>();
  readonly #reads: (string | null)[];

  constructor(lines: string) {
    this.#reads = [lines, null];
  }

  read(into: Uint8Array): Promise<number | null> {
    const next = this.#reads.shift() ?? null;
    return Promise.resolve(next === null ? null : encoder.encodeInto(next, into).written);
  }

  write(lines: Uint8Array): Promise<number> {
    this.received += decoder.decode(lines);
    return Promise.resolve(lines.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed.resolve();
  }
}

Deno.test("a client that closes its half receives replies and acks, even if the commit is late", async () => {
  for (const isLate of [false, true]) {
    const commits: PromiseWithResolvers<void>[] = [];
    const chat = makeChat({}, {
      commit() {
        const commit = Promise.withResolvers<void>();
        commits.push(commit);
        if (isLate) return commit.promise;
      },
    });
    const stream = new HalfClosed(
      '{"type":"ping"}\n{"type":"message","from":"gus","content":"hello","ref":"r"}\n',
    );
    const info = { id: 1, address: "10.0.0.5", port: 1 };
    const connection = new Connection(stream, info, { lineBytes: 65_536, outboxBytes: 0 });
    const ended = Promise.withResolvers<void>();
    connection.start(chat.edge.open(connection), () => ended.resolve());
    while (commits.length === 0) await setImmediate();
    for (let i = 0; i < 10; i++) await setImmediate();
    if (isLate) assert.equal(stream.received, "");
    while (!connection.closed || stream.received.split("\n").length < 3) {
      commits.at(-1)!.resolve();
      await setImmediate();
    }
    await Promise.all([ended.promise, stream.closed.promise]);
    const types = stream.received.trim().split("\n").map((line) => JSON.parse(line).type);
    assert.deepEqual(types, ["pong", "ack"]);
    assert.deepEqual([...chat.services.sessions], []);
  }
});

Deno.test("a connection that is closed between two missed lines leaves no timer, even if the core is not there", () => {
  const { deliver, consumers, clock } = makeEdge(1);
  deliver(
    { kind: "apart", to: 1 },
    { kind: "missed", to: 1, bytes: bytes("a\n") },
    { kind: "missed", to: 1, bytes: bytes("b\n") },
  );
  assert.equal(clock.waiting, 1);
  consumers[0]!.closed!();
  assert.equal(clock.waiting, 0);
});
