// Tests of lib/cluster/edges: events and frames as bytes, the order of frames, and the shares of the inflow.
import assert from "node:assert/strict";
import fc from "fast-check";
import { MalformedBytes } from "../../../lib/cluster/bytes.ts";
import { decodeEvent, type EdgeEvent, encodeEvent } from "../../../lib/cluster/edges/events.ts";
import {
  decodeAcknowledgement,
  decodeFrame,
  encodeAcknowledgement,
  encodeFrame,
} from "../../../lib/cluster/edges/frames.ts";
import { Incoming } from "../../../lib/cluster/edges/incoming.ts";
import { Inflow } from "../../../lib/cluster/edges/inflow.ts";
import { EDGE_ACTIONS } from "../../../lib/edge/edge.ts";
import { CLOSE_REASONS } from "../../../lib/net/peer.ts";
import { ProtocolError } from "../../../lib/protocol/errors.ts";

const plain = { noNullPrototype: true };
const connection = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: "grapheme" });
const some = fc.string({ unit: "grapheme", minLength: 1 });
const time = fc.integer({ min: 0, max: 2 ** 40 }).map((microseconds) => microseconds / 1000);
const numbered = { connection, number: fc.nat() };
const bytes = fc.uint8Array({ maxLength: 40 });
const changes = { queuedBytes: fc.nat(), takenBytes: fc.nat(), heardAt: time };
const reading = fc.record(changes, plain);
const view = fc.record({
  address: text,
  port: fc.nat(65_535),
  secure: fc.boolean(),
  bringsLines: fc.boolean(),
  operator: fc.option(text, { nil: undefined }),
  ...changes,
}, plain);

function kind<K extends EdgeEvent["kind"]>(kind: K, members: object): fc.Arbitrary<EdgeEvent> {
  const record: fc.Arbitrary<unknown> = fc.record({ kind: fc.constant(kind), ...members }, plain);
  return record as fc.Arbitrary<EdgeEvent>;
}

const events = fc.oneof(
  kind("opened", { ...numbered, view }),
  kind("line", { ...numbered, readAt: time, text }),
  kind("metrics", numbered),
  kind("closed", numbered),
  kind("ended", { ...numbered, reason: fc.constantFrom(...CLOSE_REASONS) }),
  kind("known", { connection, view, done: fc.nat(), state: bytes }),
  kind("taken", { connection, receipt: fc.nat(), reading }),
  kind("forgotten", { connection, receipts: fc.array(fc.nat()) }),
  kind("reading", { connection, reading }),
  kind("complete", { connection }),
  kind("acted", {
    ...numbered,
    act: fc.oneof(
      fc.record({ action: fc.constantFrom(...EDGE_ACTIONS) }, plain),
      fc.record({ action: fc.constantFrom(...EDGE_ACTIONS), reason: some }, plain),
      fc.record({ action: fc.constantFrom(...EDGE_ACTIONS), target: some, reason: some }, plain),
    ),
  }),
);

Deno.test("an event is read as it was written", () => {
  fc.assert(fc.property(events, (event) => {
    assert.deepEqual(decodeEvent(encodeEvent(event)), event);
  }));
  const error = new ProtocolError("line_too_long", { places: { max: 65_536, bytes: 70_000 } });
  const overlong = decodeEvent(
    encodeEvent({ kind: "overlong", connection: 1, number: 2, error }),
  ) as EdgeEvent & { kind: "overlong" };
  assert.deepEqual([overlong.error.code, overlong.error.places], [error.code, error.places]);
});

Deno.test("a damaged event gives an event or a clear error, and nothing else", () => {
  fc.assert(fc.property(events, fc.nat(), fc.nat(255), (event, at, value) => {
    const damaged = encodeEvent(event).slice();
    damaged[at % damaged.length] = value;
    try {
      decodeEvent(damaged);
    } catch (error) {
      assert.ok(error instanceof MalformedBytes, String(error));
    }
    assert.throws(() => decodeEvent(damaged.subarray(0, 1)), MalformedBytes);
  }));
});

Deno.test("frames and acknowledgements are read as they were written", () => {
  const link = { edge: text, leader: text, session: fc.nat() };
  const frames = fc.record(
    { ...link, sentAt: time, stored: fc.nat(), first: fc.nat(), events: fc.array(bytes) },
    plain,
  );
  fc.assert(fc.property(frames, (frame) => {
    assert.deepEqual(decodeFrame(encodeFrame(frame)), frame);
  }));
  fc.assert(fc.property(fc.record({ ...link, upTo: fc.nat() }, plain), (answer) => {
    assert.deepEqual(decodeAcknowledgement(encodeAcknowledgement(answer)), answer);
  }));
});

Deno.test("frames that overlap in any way give each event once, in order", () => {
  const slices = fc.array(fc.tuple(fc.nat(30), fc.nat(10)), { maxLength: 60 });
  fc.assert(fc.property(slices, (slices) => {
    const incoming = new Incoming();
    const taken: number[] = [];
    for (const [start, length] of slices) {
      const events = Array.from({ length }, (_, index) => start + 1 + index);
      taken.push(...incoming.take(start + 1, events));
      assert.equal(incoming.last, taken.length);
    }
    assert.deepEqual(taken, taken.map((_, index) => index + 1));
  }));
});

Deno.test("networks share the inflow: its bound holds, one that floods leaves half, all are served", async () => {
  const takes = fc.array(
    fc.record({ network: fc.constantFrom("a", "a", "a", "b", "c"), bytes: fc.nat(100) }),
    { maxLength: 200, size: "max" },
  );
  await fc.assert(fc.asyncProperty(takes, async (takes) => {
    const inflow = new Inflow(1_000);
    const held: { network: string; bytes: number }[] = [];
    const waits: Promise<unknown>[] = [];
    for (const take of takes) {
      const waiting = inflow.take(take.network, take.bytes);
      if (waiting === undefined) held.push(take);
      else waits.push(waiting.then(() => held.push(take)));
    }
    const ofA = held.filter(({ network }) => network === "a");
    assert.ok(ofA.reduce((sum, { bytes }) => sum + bytes, 0) <= 500);
    let served = 0;
    while (held.length > 0) {
      assert.ok(inflow.used <= 1_000);
      const { network, bytes } = held.shift()!;
      served++;
      inflow.give(network, bytes);
      await Promise.resolve();
    }
    await Promise.all(waits);
    assert.deepEqual([served, inflow.used], [takes.length, 0]);
  }));
});
