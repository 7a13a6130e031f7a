// Tests of lib/chat/limits/reply_buffers.ts.
import assert from "node:assert/strict";
import { ReplyBuffers } from "../../../lib/chat/limits/reply_buffers.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("a buffer is used again once it is given back, and not before", () => {
  const buffers = new ReplyBuffers();
  const first = buffers.encode("a".repeat(100_000));
  const second = buffers.encode("b".repeat(100_001));
  assert.notEqual(first.bytes.buffer, second.bytes.buffer);
  assert.equal(decode(first.bytes), "a".repeat(100_000));
  first.giveBack();
  const third = buffers.encode("c".repeat(99_999));
  assert.equal(third.bytes.buffer, first.bytes.buffer);
  assert.equal(decode(third.bytes), "c".repeat(99_999));
  assert.equal(decode(second.bytes), "b".repeat(100_001));
});

Deno.test("a short reply holds at most twice its length, and the longest gets a buffer of its own", () => {
  const buffers = new ReplyBuffers();
  for (const length of [5_000, 9_000, 20_000, 60_000, 70_000]) {
    const { bytes } = buffers.encode("x".repeat(length));
    assert.equal(bytes.length, length);
    assert.ok(bytes.buffer.byteLength <= 2 * length, `${length}: ${bytes.buffer.byteLength}`);
  }
  const { bytes, giveBack } = buffers.encode("x".repeat(500_000));
  assert.equal(bytes.length, 500_000);
  giveBack();
  assert.notEqual(buffers.encode("x".repeat(500_000)).bytes.buffer, bytes.buffer);
});
