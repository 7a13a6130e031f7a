// Tests of lib/net/gate.ts over streams that are no sockets: who comes in, who counts, and who is told why not.
import assert from "node:assert/strict";
import { Admission } from "../../lib/net/admission.ts";
import type { Arrival } from "../../lib/net/arrival.ts";
import type { ByteStream } from "../../lib/net/byte_stream.ts";
import type { Connection } from "../../lib/net/connection.ts";
import { Gate, type Guard } from "../../lib/net/gate.ts";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { encodeLines } from "../../lib/protocol/reply.ts";

/** A stream in memory. Its other end is the test. */
class MemoryStream implements ByteStream {
  readonly written: string[] = [];
  closed = false;
  #reading = Promise.withResolvers<number | null>();

  read(): Promise<number | null> {
    return this.#reading.promise;
  }

  write(bytes: Uint8Array): Promise<number> {
    this.written.push(new TextDecoder().decode(bytes));
    return Promise.resolve(bytes.length);
  }

  /** As a client that closes its half once the server has. */
  closeWrite(): Promise<void> {
    this.#reading.resolve(null);
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
    this.#reading.resolve(null);
  }
}

interface Setup {
  readonly gate: Gate<string>;
  readonly admission: Admission;
  readonly opened: Connection[];
  readonly refusals: string[];
  /** Makes a connection from an address. */
  arrive(address?: string): Arrival<string> & { readonly stream: MemoryStream };
}

function setUp(limits: { total?: number; each?: number } = {}, guard: Partial<Guard> = {}): Setup {
  const { total: connections = 0, each: connectionsPerAddress = 0 } = limits;
  const admission = new Admission({ connections, connectionsPerAddress });
  const opened: Connection[] = [];
  const refusals: string[] = [];
  let lastId = 0;
  const gate = new Gate<string>({
    limits: { lineBytes: 1000, outboxBytes: 0 },
    guard: {
      admission,
      isBanned: () => undefined,
      errorLine: ({ code }) => `${code}\n`,
      refused: ({ address }, limit) => refusals.push(`${address} ${limit}`),
      ...guard,
    },
    open(connection) {
      opened.push(connection);
      connection.send(encodeLines("welcome\n"));
      return { line() {}, overlong() {}, metrics() {}, ended() {} };
    },
  });
  function arrive(address = "10.0.0.5") {
    const peer = { id: ++lastId, address, port: 50_000 };
    return { stream: new MemoryStream(), peer, wire: `wire ${peer.id}` };
  }
  return { gate, admission, opened, refusals, arrive };
}

Deno.test("a connection that comes in counts until it ends, and the gate knows its socket", async () => {
  const { gate, admission, opened, arrive } = setUp();
  const arrival = arrive();
  gate.receive(arrival);
  assert.deepEqual([...gate.connections], [[opened[0], "wire 1"]]);
  assert.equal(admission.total, 1);
  assert.deepEqual(arrival.stream.written, ["welcome\n"]);
  opened[0]!.close("client");
  await gate.finish(60_000);
  assert.deepEqual([gate.connections.size, admission.total], [0, 0]);
  assert.ok(arrival.stream.closed);
});

Deno.test("a connection over a limit is told in one line, and counts as nothing", async () => {
  for (const [limits, limit] of [[{ total: 1 }, ""], [{ each: 1 }, "_per_address"]] as const) {
    const { gate, admission, opened, refusals, arrive } = setUp(limits);
    gate.receive(arrive());
    const second = arrive();
    gate.receive(second);
    assert.deepEqual(refusals, [`10.0.0.5 connections${limit}`]);
    assert.deepEqual([opened.length, admission.total], [1, 1]);
    opened[0]!.abort("client");
    await gate.finish(60_000);
    assert.deepEqual(second.stream.written, ["too_many_connections\n"]);
    assert.ok(second.stream.closed);
    assert.equal(admission.total, 0);
  }
});

Deno.test("a banned address is told of its ban, whatever the limits say", async () => {
  const { gate, refusals, arrive } = setUp({ total: 1 }, {
    isBanned: (address) => address === "10.6.6.6" ? new ProtocolError("banned") : undefined,
  });
  const banned = arrive("10.6.6.6");
  gate.receive(banned);
  gate.receive(arrive());
  await gate.finish(0);
  assert.deepEqual(banned.stream.written, ["banned\n"]);
  assert.deepEqual(refusals, ["10.6.6.6 banned"]);
});

Deno.test("so many connections are told at a time; more are closed without a word", async () => {
  const { gate, arrive } = setUp({}, { isBanned: () => new ProtocolError("banned") });
  const arrivals = Array.from({ length: 130 }, () => arrive());
  for (const arrival of arrivals) gate.receive(arrival);
  await gate.finish(60_000);
  const told = arrivals.filter(({ stream }) => stream.written.length > 0);
  assert.equal(told.length, 128);
  assert.ok(arrivals.every(({ stream }) => stream.closed));
  const late = arrive();
  gate.receive(late);
  await gate.finish(60_000);
  assert.deepEqual(late.stream.written, ["banned\n"], "there is room again");
});

Deno.test("a gate without a guard takes everyone in and counts nobody", async () => {
  const opened: Connection[] = [];
  const gate = new Gate<string>({
    limits: { lineBytes: 1000, outboxBytes: 0 },
    open(connection) {
      opened.push(connection);
      return { line() {}, overlong() {}, metrics() {}, ended() {} };
    },
  });
  const { arrive } = setUp();
  for (let i = 0; i < 300; i++) gate.receive(arrive());
  assert.equal(gate.connections.size, 300);
  await gate.finish(0);
  assert.equal(opened.length, 300);
  assert.equal(gate.connections.size, 0);
});

Deno.test("a connection counts while it is made ready, and brings lines over the new stream", async () => {
  const { gate, admission, opened, arrive } = setUp();
  const [arrival, secured] = [arrive(), new MemoryStream()];
  const made = Promise.withResolvers<Arrival<string>>();
  const received = gate.receiveOnceReady(arrival, { ready: () => made.promise, crowded: false });
  assert.deepEqual([admission.total, opened.length], [1, 0]);
  made.resolve({ ...arrival, peer: { ...arrival.peer, secure: true }, stream: secured });
  await received;
  assert.deepEqual([admission.total, opened[0]?.secure], [1, true]);
  assert.deepEqual([arrival.stream.written, secured.written], [[], ["welcome\n"]]);
  await gate.finish(0);
  assert.equal(admission.total, 0);
});

Deno.test("a connection that does not get ready counts no longer", async () => {
  const { gate, admission, opened, arrive } = setUp();
  await gate.receiveOnceReady(arrive(), {
    ready: () => Promise.resolve(undefined),
    crowded: false,
  });
  assert.deepEqual([admission.total, opened.length], [0, 0]);
});

Deno.test("a connection over a limit is made ready to be told, unless there is a crowd", async () => {
  const { gate, refusals, arrive } = setUp({ each: 1 });
  gate.receive(arrive());
  let prepared = 0;
  for (const crowded of [false, true]) {
    const arrival = arrive();
    await gate.receiveOnceReady(arrival, {
      crowded,
      ready() {
        prepared++;
        return Promise.resolve(arrival);
      },
    });
    const told = crowded ? [] : ["too_many_connections\n"];
    assert.deepEqual(arrival.stream.written, told);
  }
  assert.equal(prepared, 1);
  assert.equal(refusals.length, 2);
  await gate.finish(0);
});

Deno.test("an address that is banned while its connection is made ready is told, and frees its place", async () => {
  let banned = false;
  const { gate, admission, opened, arrive } = setUp({}, {
    isBanned: () => banned ? new ProtocolError("banned") : undefined,
  });
  const arrival = arrive();
  await gate.receiveOnceReady(arrival, {
    crowded: false,
    ready() {
      banned = true;
      return Promise.resolve(arrival);
    },
  });
  assert.deepEqual([admission.total, opened.length], [0, 0]);
  assert.deepEqual(arrival.stream.written, ["banned\n"]);
  await gate.finish(60_000);
});

Deno.test("a closed gate takes nobody in, and waits for those on their way", async () => {
  const { gate, admission, opened, arrive } = setUp();
  const [early, late] = [arrive(), arrive()];
  const made = Promise.withResolvers<Arrival<string>>();
  gate.expect(gate.receiveOnceReady(early, { ready: () => made.promise, crowded: false }));
  gate.close();
  gate.receive(late);
  assert.ok(late.stream.closed);
  let finished = false;
  const finishing = gate.finish(60_000).then(() => finished = true);
  await Promise.resolve();
  assert.ok(!finished, "one is on its way");
  made.resolve(early);
  await finishing;
  assert.ok(early.stream.closed);
  assert.deepEqual([admission.total, opened.length], [0, 0]);
});

Deno.test("connections that are held count in total, and not for their address", () => {
  const admission = new Admission({ connections: 3, connectionsPerAddress: 1 });
  const release = admission.hold();
  assert.ok(release !== undefined && admission.hold() !== undefined);
  assert.equal(admission.admit("10.0.0.1"), undefined);
  assert.deepEqual([admission.admit("10.0.0.2"), admission.hold()], ["connections", undefined]);
  release();
  release();
  assert.deepEqual([admission.total, admission.held], [1, 1]);
  assert.equal(admission.admit("10.0.0.1"), "connections_per_address");
  assert.equal(admission.admit("10.0.0.2"), undefined);
});
