// Tests of the pings over silent WebSockets, with a clock of the test's own.
import assert from "node:assert/strict";
import { WebSocketStream } from "../../../lib/net/web/web_socket_stream.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Frames } from "../../../lib/net/web/frames.ts";
import { ANSWER_MS, LOOK_MS, SILENCE_MS, watchSigns } from "../../../lib/net/web/signs_of_life.ts";
import { FakeClock } from "../../support/clock.ts";

class Watched {
  heardAt = 0;
  pings = 0;
  isLost = false;

  sendPing(): void {
    this.pings++;
  }

  endLost(): void {
    this.isLost = true;
  }
}

Deno.test("each silence of a client gets one ping, and a client that does not answer is closed", () => {
  const clock = new FakeClock(0);
  const [answers, silent, busy] = [new Watched(), new Watched(), new Watched()];
  const stop = watchSigns({ open: [answers, silent, busy], ...clock });
  const pass = (milliseconds: number) => {
    const end = clock.now() + milliseconds;
    while (clock.now() < end) {
      clock.pass(500);
      busy.heardAt = clock.now();
    }
  };
  pass(SILENCE_MS + 500);
  assert.deepEqual([answers.pings, silent.pings, busy.pings], [1, 1, 0]);
  answers.heardAt = clock.now();
  pass(ANSWER_MS - LOOK_MS);
  assert.deepEqual([answers.pings, silent.pings, silent.isLost], [1, 1, false]);
  pass(2 * LOOK_MS);
  assert.deepEqual([silent.isLost, answers.isLost, answers.pings], [true, false, 2]);
  answers.heardAt = clock.now();
  pass(ANSWER_MS + LOOK_MS);
  assert.deepEqual([answers.isLost, busy.pings], [false, 0]);
  stop();
  assert.equal(clock.waiting, 0);
});

Deno.test("sendPing writes a ping, and endLost ends the connection with a timeout", async () => {
  const written: number[] = [];
  const reading = Promise.withResolvers<number | null>();
  const shared = {
    frames: new Frames(),
    limits: { lineBytes: 100 },
    open: new Set<WebSocketStream>(),
  };
  const stream = new WebSocketStream({
    read: () => reading.promise,
    write: (bytes) => written.push(...bytes) && bytes.length,
    closeWrite: () => Promise.resolve(),
    close: () => reading.reject(new Error("closed")),
  }, shared);
  const info = { id: 1, address: "10.0.0.1", port: 1 };
  const connection = new Connection(stream, info, { lineBytes: 100, outboxBytes: 0 });
  const ended = Promise.withResolvers<string>();
  connection.start({
    line() {},
    overlong() {},
    metrics() {},
    ended: (reason) => ended.resolve(reason),
  }, () => {});
  assert.deepEqual([...shared.open], [stream]);
  stream.sendPing();
  assert.deepEqual(written, [0x89, 0]);
  stream.endLost();
  assert.equal(await ended.promise, "timeout");
  assert.equal(shared.open.size, 0);
});

Deno.test("bytes of frames that are not lines are paid for, although each read also brings a line", async () => {
  // An empty text frame, and empty pings to fill the read.
  const pings = Array.from({ length: 30 }, () => [0x89, 0x80, 0, 0, 0, 0]).flat();
  const frames = Uint8Array.from([0x81, 0x80, 0, 0, 0, 0, ...pings]);
  let reads = 0;
  let isOpen = true;
  const limits = { lineBytes: 100, bytesPerSecond: 1, bytesBurst: 3 * frames.length };
  const stream = new WebSocketStream({
    read(into) {
      if (!isOpen) return Promise.resolve(null);
      reads++;
      into.set(frames);
      return Promise.resolve(frames.length);
    },
    write: (bytes) => bytes.length,
    closeWrite: () => Promise.resolve(),
    close: () => isOpen = false,
  }, { frames: new Frames(), limits, open: new Set() });
  const all = (async () => {
    while (await stream.read(new Uint8Array(256)) !== null);
  })();
  for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.ok(reads <= 5, `${reads} reads from a bucket for three`);
  stream.close();
  await all;
});
