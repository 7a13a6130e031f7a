// Tests of lib/net/outbox.ts.
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BOUNDS_BEHIND,
  type ByteSink,
  CHECK_MS,
  LATE_CHECKS,
  Outbox,
} from "../../lib/net/outbox.ts";
import { FakeClock } from "../support/clock.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A sink whose writes finish when the test decides. */
class HeldSink implements ByteSink {
  readonly writes: string[] = [];
  #finish: ((count: number) => void)[] = [];
  #fail: ((error: unknown) => void)[] = [];

  write(bytes: Uint8Array): Promise<number> {
    assert.equal(this.#finish.length, 0, "two writes in flight");
    this.writes.push(decoder.decode(bytes));
    return new Promise((resolve, reject) => {
      this.#finish.push(resolve);
      this.#fail.push(reject);
    });
  }

  async accept(count = this.writes.at(-1)!.length): Promise<void> {
    this.#fail.shift();
    this.#finish.shift()!(count);
    await settle();
  }

  async break(): Promise<void> {
    this.#finish.shift();
    this.#fail.shift()!(new Error("broken pipe"));
    await settle();
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

function makeOutbox(sink: ByteSink, maxBytes = 0) {
  const events: string[] = [];
  const clock = new FakeClock(0);
  const outbox = new Outbox(sink, maxBytes, {
    overflow: () => events.push("overflow"),
    failed: () => events.push("failed"),
    after: clock.after,
  });
  return { events, outbox, clock, put: (text: string) => outbox.put(encoder.encode(text)) };
}

Deno.test("Outbox joins waiting data into the next write", async () => {
  const sink = new HeldSink();
  const { outbox, put } = makeOutbox(sink);
  put("a");
  put("b");
  put("c");
  assert.deepEqual(sink.writes, ["a"]);
  assert.equal(outbox.queuedBytes, 3);
  await sink.accept();
  assert.deepEqual(sink.writes, ["a", "bc"]);
  await sink.accept();
  assert.equal(outbox.queuedBytes, 0);
  put("d");
  assert.deepEqual(sink.writes, ["a", "bc", "d"]);
  await sink.accept();
});

Deno.test("Outbox continues where a partial write ended", async () => {
  const sink = new HeldSink();
  const { put } = makeOutbox(sink);
  put("hello");
  await sink.accept(2);
  await sink.accept(1);
  await sink.accept(2);
  assert.deepEqual(sink.writes, ["hello", "llo", "lo"]);
});

Deno.test("Outbox accepts more than its bound in one turn, and does not end a peer that reads", async () => {
  const sink = new HeldSink();
  const { events, outbox, put, clock } = makeOutbox(sink, 10);
  for (let i = 0; i < 40; i++) put("1234567890");
  assert.equal(outbox.queuedBytes, 400);
  while (outbox.queuedBytes > 0) await sink.accept();
  clock.pass(60_000);
  assert.deepEqual(events, []);
  assert.equal(clock.waiting, 0);
});

Deno.test("Outbox ends a peer that takes nothing for a second past the bound, and reports it once", async () => {
  const sink = new HeldSink();
  const { events, outbox, put, clock } = makeOutbox(sink, 10);
  put("12345");
  put("67890");
  clock.pass(60_000);
  assert.deepEqual(events, []);
  put("x");
  clock.pass(CHECK_MS - 1);
  assert.deepEqual(events, []);
  clock.pass(1);
  put("y");
  clock.pass(60_000);
  assert.deepEqual(events, ["overflow"]);
  assert.equal(outbox.queuedBytes, 0);
  await sink.accept();
  assert.deepEqual(sink.writes, ["12345"]);
  assert.equal(clock.waiting, 0);
});

Deno.test("Outbox ends a peer that stays past the bound for ten seconds", async () => {
  const sink = new HeldSink();
  const { events, put, clock } = makeOutbox(sink, 10);
  put("1".repeat(20));
  for (let check = 1; check < LATE_CHECKS; check++) {
    put("1");
    await sink.accept(1);
    clock.pass(CHECK_MS);
  }
  assert.deepEqual(events, []);
  put("1");
  await sink.accept(1);
  clock.pass(CHECK_MS);
  assert.deepEqual(events, ["overflow"]);
});

Deno.test("Outbox ends a peer that is several bounds behind, even if it reads", async () => {
  const sink = new HeldSink();
  const { events, put, clock } = makeOutbox(sink, 10);
  put("1".repeat(10 * BOUNDS_BEHIND + 2));
  await sink.accept(1);
  clock.pass(CHECK_MS);
  assert.deepEqual(events, ["overflow"]);
});

Deno.test("Outbox writes at most 64 KiB at once, from one piece or from many", async () => {
  const lengths: number[] = [];
  const { outbox } = makeOutbox({
    write(bytes) {
      lengths.push(bytes.length);
      return Promise.resolve(bytes.length);
    },
  });
  outbox.put(new Uint8Array(150_000));
  for (let i = 0; i < 100; i++) outbox.put(new Uint8Array(2_000));
  await outbox.drain();
  assert.equal(lengths.reduce((sum, length) => sum + length), 350_000);
  assert.ok(lengths.every((length) => length <= 65_536), String(lengths));
  assert.ok(lengths.length <= 8, String(lengths));
});

Deno.test("Outbox reports a failed write and discards the waiting data", async () => {
  const sink = new HeldSink();
  const { events, put } = makeOutbox(sink);
  put("a");
  put("b");
  await sink.break();
  put("c");
  assert.deepEqual(events, ["failed"]);
  assert.deepEqual(sink.writes, ["a"]);
  const closed = makeOutbox({
    write() {
      throw new Error("the stream is closed");
    },
  });
  closed.put("a");
  await closed.outbox.drain();
  assert.deepEqual(closed.events, ["failed"]);
});

Deno.test("Outbox drain resolves once all data is written, and no more data is accepted", async () => {
  const sink = new HeldSink();
  const { outbox, put } = makeOutbox(sink);
  put("a");
  put("b");
  let drained = false;
  const done = outbox.drain().then(() => drained = true);
  put("late");
  await sink.accept();
  assert.ok(!drained);
  await sink.accept();
  await done;
  assert.deepEqual(sink.writes, ["a", "b"]);
  await outbox.drain();
});

Deno.test("Outbox writes each byte once and in order, however many bytes each write accepts, at once or later", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.string({ minLength: 1, maxLength: 20, unit: "grapheme-ascii" }), { maxLength: 30 }),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.boolean()), {
      minLength: 1,
      maxLength: 10,
    }),
    async (parts, answers) => {
      let taken = "";
      let turn = 0;
      const { outbox, put } = makeOutbox({
        write(bytes) {
          const [most, isAtOnce] = answers[turn++ % answers.length]!;
          const count = Math.min(bytes.length, most);
          taken += decoder.decode(bytes.subarray(0, count));
          return isAtOnce ? count : Promise.resolve(count);
        },
      });
      for (const [i, part] of parts.entries()) {
        put(part);
        if (i % 3 === 0) await settle();
      }
      await outbox.drain();
      assert.equal(taken, parts.join(""));
    },
  ));
});

Deno.test("Outbox reports written bytes in order, and never bytes that are discarded", async () => {
  const sink = new HeldSink();
  const { outbox } = makeOutbox(sink);
  const told: string[] = [];
  const put = (text: string) => outbox.put(encoder.encode(text), () => told.push(text));
  put("abc");
  put("de");
  put("f");
  await sink.accept(2);
  assert.deepEqual(told, []);
  await sink.accept(1);
  assert.deepEqual(told, ["abc"]);
  await sink.accept(2);
  assert.deepEqual(told, ["abc", "de"]);
  await sink.accept(1);
  assert.deepEqual(told, ["abc", "de", "f"]);
  put("g");
  put("h");
  outbox.discard();
  await sink.accept(1);
  assert.deepEqual(told, ["abc", "de", "f"]);
  const broken = new HeldSink();
  const other = makeOutbox(broken);
  other.outbox.put(encoder.encode("x"), () => assert.fail("nothing was written"));
  await broken.break();
});
