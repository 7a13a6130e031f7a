// Tests of lib/net/turns/read_pace.ts, alone and in a connection.
import assert from "node:assert/strict";
import fc from "fast-check";
import { ByteRate } from "../../../lib/net/turns/read_pace.ts";
import type { ByteStream } from "../../../lib/net/byte_stream.ts";
import { Connection } from "../../../lib/net/connection.ts";
import { Frames } from "../../../lib/net/web/frames.ts";
import { WebSocketStream } from "../../../lib/net/web/web_socket_stream.ts";

const limits = { bytesPerSecond: 1_000, bytesBurst: 5_000 };

Deno.test("ByteRate allows the burst, and then waits until the bucket is no longer negative", () => {
  const rate = new ByteRate(limits, 0);
  assert.equal(rate.take(5_000, 0), 0);
  assert.equal(rate.take(1_500, 0), 1_500);
  assert.equal(rate.take(10, 1_500), 10);
  assert.equal(rate.take(4_000, 60_000), 0);
});

Deno.test("ByteRate without a rate never waits", () => {
  const rate = new ByteRate({ bytesPerSecond: 0, bytesBurst: 0 }, 0);
  assert.equal(rate.take(1e9, 0), 0);
});

Deno.test("a sender that ByteRate slows down sends at most the burst and the rate, whatever the reads", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 40_000 }), { minLength: 1, maxLength: 50 }),
    (reads) => {
      const rate = new ByteRate(limits, 0);
      let now = 0;
      let sent = 0;
      for (const bytes of reads) {
        sent += bytes;
        now += rate.take(bytes, now);
        assert.ok(sent <= limits.bytesBurst + now * limits.bytesPerSecond / 1000 + 1);
      }
    },
  ));
});

/** A stream that always has more lines, and counts its reads. */
class EagerStream implements ByteStream {
  reads = 0;
  closed = false;
  readonly #line = new TextEncoder().encode("x\n");

  read(into: Uint8Array): Promise<number | null> {
    if (this.closed) return Promise.reject(new Deno.errors.BadResource("closed"));
    this.reads++;
    for (let at = 0; at < into.length; at += 2) into.set(this.#line, at);
    return Promise.resolve(into.length);
  }

  write(bytes: Uint8Array): Promise<number> {
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.closed = true;
  }
}

Deno.test("a connection over its byte rate is not read, stays open, and can be aborted meanwhile", async () => {
  const stream = new EagerStream();
  const info = { id: 1, address: "10.0.0.5", port: 1 };
  const options = { lineBytes: 100, outboxBytes: 0, bytesPerSecond: 1, bytesBurst: 1_000 };
  const connection = new Connection(stream, info, options);
  const ended = Promise.withResolvers<void>();
  let lines = 0;
  const consumer = {
    line: () => void lines++,
    overlong: () => assert.fail("nothing is too long"),
    metrics: () => assert.fail("nothing asks for metrics"),
    ended() {},
  };
  connection.start(consumer, () => ended.resolve());
  // 256 bytes, then 1,024: the second read passes the burst.
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(stream.reads, 2);
  assert.equal(lines, (256 + 1_024) / 2);
  assert.equal(connection.closed, false);
  connection.abort("shutdown");
  await ended.promise;
});

Deno.test("what a client sends after its close frame is read at its byte rate, until the connection is closed", async () => {
  const eager = new EagerStream();
  const answered = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  let bytesAfter = 0;
  const limits = { lineBytes: 100, bytesPerSecond: 1, bytesBurst: 1_000 };
  const stream = new WebSocketStream({
    async read(into) {
      assert.ok(eager.reads < 20, "it reads without a pause");
      if (eager.reads > 0) {
        const count = await eager.read(into);
        bytesAfter += count ?? 0;
        return count;
      }
      eager.reads++;
      into.set([0x88, 0x80, 0, 0, 0, 0]);
      return 6;
    },
    write: (bytes) => eager.write(bytes),
    // The server has sent its own close frame, and waits for the client to close.
    closeWrite: () => Promise.resolve(answered.resolve()),
    close() {
      eager.close();
      closed.resolve();
    },
  }, { frames: new Frames(), limits, open: new Set() });
  const info = { id: 1, address: "10.0.0.5", port: 1 };
  const connection = new Connection(stream, info, { ...limits, outboxBytes: 0 });
  const ended = Promise.withResolvers<void>();
  const nothing = () => assert.fail("no line follows a close frame");
  const consumer = { line: nothing, overlong: nothing, metrics: nothing, ended() {} };
  connection.start(consumer, () => ended.resolve());
  await answered.promise;
  for (let i = 0; i < 100; i++) await new Promise((resolve) => setImmediate(resolve));
  // The read that passes the burst is the last one.
  assert.equal(bytesAfter, 256 + 1_024);
  connection.abort("shutdown");
  await Promise.all([closed.promise, ended.promise]);
});
