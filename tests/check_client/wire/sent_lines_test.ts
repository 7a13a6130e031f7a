// Lines of clients are read as the server reads them, and what is wrong with their form is named.
import assert from "node:assert/strict";
import fc from "fast-check";
import { type SentLine, SentLines } from "../../../lib/check_client/wire/sent_lines.ts";
import { LineDecoder } from "../../../lib/protocol/line_decoder.ts";

const encoder = new TextEncoder();

function read(bytes: string | Uint8Array, ends = false): SentLine[] {
  const lines = new SentLines();
  const found = [...lines.push(typeof bytes === "string" ? encoder.encode(bytes) : bytes)];
  return ends ? [...found, ...lines.unfinished()] : found;
}

/** The types of the objects with the faults of their lines. */
function summary(lines: readonly SentLine[]): [type: unknown, ...faults: string[]][] {
  return lines.map(({ object, faults }) => [object?.["type"], ...faults]);
}

function bytesOf(...parts: (string | number[])[]): Uint8Array {
  return Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...encoder.encode(part)] : part),
  );
}

const PING = '{"type":"ping"}';

Deno.test("a right line has no faults, also with \\r\\n", () => {
  assert.deepEqual(summary(read(`${PING}\n${PING}\r\n\n`)), [["ping"], ["ping"]]);
});

Deno.test("a whole object without a newline is a line once nothing follows", () => {
  assert.deepEqual(summary(read(PING)), []);
  assert.deepEqual(summary(read(PING, true)), [["ping", "no_newline"]]);
  assert.deepEqual(summary(read(PING.slice(0, -1), true)), []);
});

Deno.test("several objects on a line are taken apart", () => {
  assert.deepEqual(summary(read(`${PING}{"type":"users"}\n`)), [
    ["ping", "several_objects"],
    ["users", "several_objects"],
  ]);
  // Too many of them are not.
  assert.deepEqual(summary(read(`${PING.repeat(100)}\n`)).length, 1);
});

Deno.test("text in windows-1252 is read, and named", () => {
  const line = bytesOf('{"type":"', [0xe9], '"}\n');
  assert.deepEqual(summary(read(line)), [["é", "not_utf8"]]);
});

Deno.test("quotes and newlines that are not escaped are told from other broken JSON", () => {
  assert.deepEqual(summary(read('{"type":"a"b"}\n')), [[undefined, "unescaped"]]);
  assert.deepEqual(summary(read(`{"type":"un\ndeux"}\n${PING}\n`)), [
    [undefined, "raw_newline"],
    [undefined, "raw_newline"],
    ["ping"],
  ]);
  assert.deepEqual(summary(read("ping\n")), [[undefined, "not_json"]]);
  assert.deepEqual(summary(read("[1]\n")), [[undefined, "not_object"]]);
});

Deno.test("writeUTF is recognized, with newlines between the texts and without", () => {
  const framed = bytesOf([0, PING.length], PING);
  assert.deepEqual(summary(read(bytesOf([...framed, ...framed]), true)), [
    ["ping", "write_utf", "no_newline"],
    ["ping", "write_utf", "no_newline"],
  ]);
  assert.deepEqual(summary(read(bytesOf([...framed], "\n"))), [["ping", "write_utf"]]);
});

Deno.test("a byte order mark and what is no text are named", () => {
  assert.deepEqual(summary(read(bytesOf([0xef, 0xbb, 0xbf], `${PING}\n`))), [
    ["ping", "byte_order_mark"],
  ]);
  const handshake = [0x16, 0x03, 0x01, 0x02, 0x00, 0x01];
  assert.deepEqual(summary(read(bytesOf(handshake, "\n"))), [[undefined, "not_lines"]]);
  assert.deepEqual(summary(read(bytesOf(handshake), true)), [[undefined, "not_lines"]]);
  assert.deepEqual(summary(read("GET /ws HTTP/1.1\r\n")), [[undefined, "http"]]);
});

Deno.test("a line that never ends is given up at the limit of the server", () => {
  const lines = new SentLines();
  const part = encoder.encode("x".repeat(10_000));
  const found: SentLine[] = [];
  while (found.length === 0) found.push(...lines.push(part));
  assert.deepEqual(found.map(({ faults }) => faults), [["too_long"]]);
  assert.ok(lines.waiting <= 65_536 + part.length);
});

Deno.test("any bytes, cut anywhere, are the lines that the server reads", () => {
  const piece = fc.oneof(
    fc.constantFrom(PING, "\n", "{", '"', "\\", "\r", "é", "[1]", " ", "\0\x0f{"),
    fc.uint8Array({ maxLength: 8 }),
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), fc.nat(7), (pieces, size) => {
    const bytes = bytesOf(...pieces.map((each) => typeof each === "string" ? each : [...each]));
    const server = new LineDecoder(65_536);
    server.push(bytes);
    let lines = 0;
    while (server.next() !== undefined) lines++;
    const mine = new SentLines();
    const found: SentLine[] = [];
    for (let at = 0; at < bytes.length; at += size + 1) {
      found.push(...mine.push(bytes.subarray(at, at + size + 1)));
    }
    assert.deepEqual(found, read(bytes));
    assert.ok(found.length >= lines);
    assert.equal(mine.waiting, server.rest.length);
  }));
});
