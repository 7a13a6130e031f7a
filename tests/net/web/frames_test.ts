// Tests of converting lines to frames, once for all recipients.
import assert from "node:assert/strict";
import { Frames, toFrames } from "../../../lib/net/web/frames.ts";

Deno.test("the same buffer is converted to frames only once", () => {
  const frames = new Frames();
  const lines = new TextEncoder().encode('{"a":1}\n{"b":2}\n');
  const made = frames.of(lines);
  for (let i = 0; i < 300; i++) assert.equal(frames.of(lines), made);
  assert.equal(frames.count, 1);
  assert.notEqual(frames.of(lines.slice()), made);
  assert.equal(new TextDecoder("latin1").decode(made), '\x81\x07{"a":1}\x81\x07{"b":2}');
});

Deno.test("a line without a newline becomes a frame, and no bytes become no frame", () => {
  assert.deepEqual([...toFrames(Uint8Array.of(65))], [0x81, 1, 65]);
  assert.equal(toFrames(new Uint8Array(0)).length, 0);
});
