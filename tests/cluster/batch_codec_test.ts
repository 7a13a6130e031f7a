// Batches as bytes: what is written is read again, and bytes that are damaged are refused.
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Batch } from "../../lib/cluster/batch.ts";
import {
  BATCH_BYTES_MAX,
  BatchTooLarge,
  decodeBatch,
  encodeBatch,
} from "../../lib/cluster/batch_codec.ts";
import { ByteReader, ByteWriter, MalformedBytes } from "../../lib/cluster/bytes.ts";
import { batches } from "../support/cluster/batches.ts";

const EMPTY: Batch = {
  run: "r",
  turn: 1,
  at: 0,
  changeset: new Uint8Array(),
  outputs: [],
  done: [],
  states: [],
};

Deno.test("a batch is read as it was written", () => {
  fc.assert(fc.property(batches(), (batch) => {
    assert.deepEqual(decodeBatch(encodeBatch(batch)), batch);
  }));
});

Deno.test("every batch that is cut off is refused", () => {
  fc.assert(fc.property(batches(), fc.double({ min: 0, max: 1, noNaN: true }), (batch, part) => {
    const whole = encodeBatch(batch);
    const cut = whole.subarray(0, Math.floor(part * (whole.length - 1)));
    assert.throws(() => decodeBatch(cut), MalformedBytes);
  }));
});

Deno.test("bytes behind the end of a batch are refused", () => {
  assert.throws(() => decodeBatch(new Uint8Array([...encodeBatch(EMPTY), 0])), MalformedBytes);
});

Deno.test("damaged bytes give a batch or a clear error, and nothing else", () => {
  let refused = 0;
  fc.assert(fc.property(batches(), fc.nat(), fc.nat(255), (batch, at, value) => {
    const bytes = encodeBatch(batch).slice();
    bytes[at % bytes.length] = value;
    try {
      decodeBatch(bytes);
    } catch (error) {
      assert.ok(error instanceof MalformedBytes, String(error));
      refused++;
    }
  }));
  assert.ok(refused > 0);
});

Deno.test("lines that go to several edges are written once", () => {
  const bytes = new Uint8Array(10_000).fill(65);
  const line = { kind: "lines", audience: "everyone", bytes } as const;
  const edges = ["a", "b", "c"].map((edge) => [edge, [line]] as const);
  const written = encodeBatch({ ...EMPTY, outputs: edges });
  assert.ok(written.length < 10_100, String(written.length));
  assert.deepEqual(decodeBatch(written).outputs, edges);
});

Deno.test("a number of values that the bytes cannot hold is refused before any is read", () => {
  const to = new ByteWriter();
  to.uint(2 ** 40);
  const from = new ByteReader(to.done(), "list");
  assert.throws(() => from.list(() => assert.fail("a value was read")), MalformedBytes);
});

Deno.test("a format of another version is refused by its number", () => {
  const bytes = encodeBatch(EMPTY).slice();
  bytes[0] = 9;
  assert.throws(() => decodeBatch(bytes), /expected format 1, got 9/);
});

Deno.test("a batch over the limit is not written, and not read", () => {
  const changeset = new Uint8Array(BATCH_BYTES_MAX);
  assert.throws(() => encodeBatch({ ...EMPTY, changeset }), BatchTooLarge);
  assert.throws(() => decodeBatch(new Uint8Array(BATCH_BYTES_MAX + 1)), MalformedBytes);
});

Deno.test("numbers up to 2^53 - 1 are kept, larger ones are refused", () => {
  for (const value of [0, 127, 128, 16_384, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
    const to = new ByteWriter();
    to.uint(value);
    assert.equal(new ByteReader(to.done(), "number").uint(), value);
  }
  const over = new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x10]);
  assert.throws(() => new ByteReader(over, "number").uint(), MalformedBytes);
  const endless = new Uint8Array(20).fill(0x80);
  assert.throws(() => new ByteReader(endless, "number").uint(), MalformedBytes);
  for (const value of [-1, 0.5, 2 ** 53]) {
    assert.throws(() => new ByteWriter().uint(value), RangeError);
  }
});

Deno.test("texts of all lengths are read as they were written, whatever bytes their characters take", () => {
  const lengths = [
    0,
    1,
    41,
    42,
    43,
    63,
    64,
    126,
    127,
    128,
    129,
    5_461,
    8_191,
    8_192,
    16_383,
    16_384,
  ];
  for (const character of ["a", "é", "€", "😀"]) {
    const to = new ByteWriter();
    const texts = lengths.map((length) => character.repeat(length));
    texts.forEach((text) => to.text(text));
    const from = new ByteReader(to.done(), "texts");
    assert.deepEqual(texts.map(() => from.text()), texts);
    from.end();
  }
});
