// Tests of lib/protocol/line_decoder.ts.
import assert from "node:assert/strict";
import fc from "fast-check";
import { ProtocolError } from "../../lib/protocol/errors.ts";
import { decodeText, LineDecoder } from "../../lib/protocol/line_decoder.ts";

const encoder = new TextEncoder();

function linesOf(decoder: LineDecoder, chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  for (const chunk of chunks) {
    const reused = chunk.slice();
    decoder.push(reused);
    for (let line = decoder.next(); line !== undefined; line = decoder.next()) lines.push(line);
    reused.fill(0x21); // The connection reads into the same buffer again.
  }
  return lines;
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

Deno.test("LineDecoder returns the lines of one read, without their ends", () => {
  const decoder = new LineDecoder(100);
  assert.deepEqual(linesOf(decoder, [encoder.encode("a\nb\r\nc")]), ["a", "b"]);
  assert.equal(decodeText(decoder.rest), "c");
});

Deno.test("LineDecoder splits a character across two reads", () => {
  const bytes = encoder.encode("é\n");
  const decoder = new LineDecoder(100);
  assert.deepEqual(linesOf(decoder, [bytes.subarray(0, 1), bytes.subarray(1)]), ["é"]);
});

Deno.test("LineDecoder ignores blank lines", () => {
  assert.deepEqual(linesOf(new LineDecoder(100), [encoder.encode("\n\r\n  \t\n\nx\n")]), ["x"]);
});

Deno.test("LineDecoder decodes a line that is not UTF-8 as windows-1252, and only that line", () => {
  const bytes = Uint8Array.of(0xe9, 0x80, 0x0a, 0xc3, 0xa9, 0x0a);
  assert.deepEqual(linesOf(new LineDecoder(100), [bytes]), ["é€", "é"]);
});

Deno.test("LineDecoder accepts a line of exactly the maximum length, with either line end, in any chunks", () => {
  for (const end of ["\n", "\r\n"]) {
    for (const size of [1, 3, 100]) {
      const chunks = cut(encoder.encode("x".repeat(10) + end), [size]);
      assert.deepEqual(linesOf(new LineDecoder(10), chunks), ["x".repeat(10)]);
    }
  }
});

Deno.test("LineDecoder rejects a longer line, complete or not", () => {
  for (const text of ["x".repeat(11) + "\n", "x".repeat(12), "x".repeat(11) + "\r\n"]) {
    for (const size of [1, 5, 100]) {
      assert.throws(
        () => linesOf(new LineDecoder(10), cut(encoder.encode(text), [size])),
        (error) => error instanceof ProtocolError && error.code === "line_too_long",
        `${JSON.stringify(text)} cut every ${size} bytes`,
      );
    }
  }
});

Deno.test("LineDecoder with limit 0 accepts a line of any length", () => {
  const line = "x".repeat(300_000);
  assert.deepEqual(linesOf(new LineDecoder(0), [encoder.encode(line + "\n")]), [line]);
});

Deno.test("LineDecoder returns the same lines for any chunks", () => {
  fc.assert(fc.property(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => bytes.map((b) => b % 7 === 0 ? 0x0a : b)),
    fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 }),
    (bytes, sizes) => {
      const whole = linesOf(new LineDecoder(1000), [bytes]);
      assert.deepEqual(linesOf(new LineDecoder(1000), cut(bytes, sizes)), whole);
    },
  ));
});

Deno.test("LineDecoder throws no other error than line_too_long", () => {
  fc.assert(fc.property(
    fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 20 }),
    fc.integer({ min: 0, max: 60 }),
    (chunks, limit) => {
      try {
        linesOf(new LineDecoder(limit), chunks);
      } catch (error) {
        assert.ok(error instanceof ProtocolError && error.code === "line_too_long");
      }
    },
  ));
});
