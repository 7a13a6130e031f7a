// Random input for the parsers of the door: heads, frames and fields of proxies. The results must equal those of a
// simple parser, or have certain properties for any input.
import assert from "node:assert/strict";
import { headEnd, HttpError, parseHead } from "../../lib/http/head.ts";
import { kindOf } from "../../lib/net/web/first_bytes.ts";
import { forwardedSender } from "../../lib/net/web/forwarded.ts";
import { FrameReader } from "../../lib/net/web/frame_reader.ts";
import { toFrames } from "../../lib/net/web/frames.ts";

/** Returns a random integer from 0 up to, but not including, a bound. */
export type Choose = (bound: number) => number;

/** Creates a generator of random numbers. The same seed gives the same numbers. */
export function chooser(seed: number): Choose {
  let state = seed >>> 0 || 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const MAX = 200;

/** Tries one random input. @throws {AssertionError} If a parser gives a wrong result. */
export function fuzzOnce(choose: Choose): void {
  const kind = choose(8);
  if (kind < 5) fuzzFrames(choose);
  else if (kind === 5) fuzzHead(choose);
  else if (kind === 6) fuzzFirstBytes(choose);
  else fuzzForwarded(choose);
}

// ---- frames

/** The result of a simple parser of frames, which gets all bytes at once. */
interface Model {
  text: string;
  pings: string[];
  /** The close code; 0 for a close frame without a code, `undefined` if the frames have not ended. */
  end: number | undefined;
}

function readAtOnce(bytes: Uint8Array): Model {
  const model: Model = { text: "", pings: [], end: undefined };
  let message: number[] | undefined;
  let at = 0;
  const refuse = (code: number) => (model.end = code, model);
  while (at < bytes.length) {
    const first = bytes[at]!;
    const [opcode, isFinal] = [first & 15, first >= 128];
    const isControl = opcode >= 8;
    if ((first & 0x70) !== 0 || opcode > 10 || opcode > 2 && opcode < 8) return refuse(1002);
    if (isControl ? !isFinal : (message !== undefined) !== (opcode === 0)) return refuse(1002);
    if (opcode === 2) return refuse(1003);
    const second = bytes[at + 1];
    if (second === undefined) return model;
    const short = second & 127;
    if (second < 128 || isControl && short > 125) return refuse(1002);
    const extended = short === 126 ? 2 : short === 127 ? 8 : 0;
    const digits = bytes.subarray(at + 2, at + 2 + extended);
    if (extended === 8 && digits.length > 0 && digits[0]! >= 128) return refuse(1002);
    if (digits.length < extended) return model;
    const length = extended === 0 ? short : digits.reduce((sum, digit) => sum * 256 + digit, 0);
    if (extended === 2 && length < 126 || extended === 8 && length < 65_536) return refuse(1002);
    if (!isControl && (message?.length ?? 0) + length > MAX) return refuse(1009);
    const mask = bytes.subarray(at + 2 + extended, at + 6 + extended);
    if (mask.length < 4) return model;
    const from = at + 6 + extended;
    const payload = [...bytes.subarray(from, from + length)].map((byte, i) => byte ^ mask[i % 4]!);
    const isWhole = from + length <= bytes.length;
    if (isControl) {
      if (!isWhole) return model;
      if (opcode === 9) model.pings.push(payload.join());
      if (opcode === 8) return refuse(closeCode(payload));
    } else {
      message = [...message ?? [], ...payload];
      if (!isUtf8(message, isWhole && isFinal)) return refuse(1007);
      if (!isWhole) return model;
      if (isFinal) {
        model.text += `${
          new TextDecoder().decode(Uint8Array.from(message)).replace(/[\r\n]/g, " ")
        }\n`;
        message = undefined;
      }
    }
    at = from + length;
  }
  return model;
}

function closeCode(payload: readonly number[]): number {
  if (payload.length === 0) return 0;
  const code = payload[0]! * 256 + (payload[1] ?? 0);
  const isGood = code >= 1000 && code <= 1014 && !(code >= 1004 && code <= 1006) ||
    code >= 3000 && code <= 4999;
  if (payload.length === 1 || !isGood) return 1002;
  return isUtf8(payload.slice(2), true) ? code : 1007;
}

function isUtf8(bytes: readonly number[], isWhole: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
      .decode(Uint8Array.from(bytes), { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}

function fuzzFrames(choose: Choose): void {
  const bytes = Uint8Array.from(
    Array.from({ length: 1 + choose(5) }, () => someFrame(choose)).flat(),
  );
  const expected = readAtOnce(bytes);
  const reader = new FrameReader(MAX);
  const pings: string[] = [];
  let text = "";
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let at = 0; at < bytes.length;) {
    const part = bytes.subarray(at, at + 1 + choose([1, 8, 300][choose(3)]!));
    // The reader may overwrite the byte before the part, but not the one after it.
    const buffer = Uint8Array.of(0, ...part, 0xaa);
    const lines = reader.read(buffer.subarray(0, part.length + 1), {
      ping: (payload) => pings.push(payload.join()),
    });
    assert.equal(buffer.at(-1), 0xaa);
    assert.ok(lines <= part.length + 1);
    text += decoder.decode(buffer.subarray(0, lines), { stream: true });
    at += part.length;
  }
  const end = reader.end && (reader.end.code ?? 0);
  assert.equal(end, expected.end);
  assert.deepEqual(pings, expected.pings);
  // The beginning of an incomplete message may follow the last line.
  assert.equal(text.slice(0, text.lastIndexOf("\n") + 1), expected.text);
}

function someFrame(choose: Choose): number[] {
  const opcode = [1, 1, 1, 0, 0, 9, 10, 8, 2, choose(16)][choose(10)]!;
  const first = (choose(4) === 0 ? 0 : 128) | (choose(60) === 0 ? choose(128) : 0) | opcode;
  const payload = somePayload(choose, opcode);
  const { length } = payload;
  const form = choose(40) === 0 ? choose(3) : length < 126 ? 0 : 1;
  const claimed = choose(60) === 0 ? choose(100_000) : length;
  const size = form === 0
    ? [claimed & 127]
    : form === 1
    ? [126, claimed >> 8 & 255, claimed & 255]
    : [
      127,
      choose(20) === 0 ? 128 : 0,
      0,
      0,
      0,
      0,
      claimed >> 16,
      claimed >> 8 & 255,
      claimed & 255,
    ];
  if (choose(60) !== 0) size[0]! |= 128;
  const mask = Array.from({ length: 4 }, () => choose(256));
  return [first, ...size, ...mask, ...payload.map((byte, i) => byte ^ mask[i % 4]!)];
}

const PIECES = ["a", "{}", "é", "€", "😀", "\n", "\r", "\ud7ff", "\u{10ffff}"].map((text) => [
  ...new TextEncoder().encode(text),
]);
const BAD_PIECES = [[0x80], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xff], [
  0xe2,
  0x82,
]];

function somePayload(choose: Choose, opcode: number): number[] {
  if (opcode === 8) {
    const code = [1000, 1001, 1005, 3000, 5000, choose(65_536)][choose(6)]!;
    const parts = [code >> 8, code & 255, ...somePayload(choose, 9)].slice(0, 125);
    return parts.slice(0, [0, 1, 2, 125][choose(4)]);
  }
  const count = [0, 1, 5, 60, 130][choose(opcode > 8 ? 3 : 5)]!;
  const bytes = Array.from({ length: count }, () => PIECES[choose(PIECES.length)]!).flat();
  if (choose(20) === 0) bytes.push(...BAD_PIECES[choose(BAD_PIECES.length)]!);
  // A fragment may end within a character.
  return choose(8) === 0 ? bytes.slice(0, -1) : bytes;
}

// ---- HTTP

const HEAD_PIECES = [
  ...[
    "GET ",
    "/",
    " HTTP/1.1",
    "\r\n",
    "\n",
    "\r",
    "Host: a",
    "Host",
    ":",
    " ",
    "\t",
    "x",
    "é",
    "\0",
    "?",
  ],
  ...[
    "Content-Length: 0",
    "Content-Length: 1",
    "Transfer-Encoding: x",
    "[::1]",
    "/../",
    "%00",
    "HTTP/2.0",
  ],
];

function fuzzHead(choose: Choose): void {
  const isGood = choose(3) === 0;
  const pieces = Array.from({ length: choose(14) }, () => HEAD_PIECES[choose(HEAD_PIECES.length)]!);
  const text = `${isGood ? "GET / HTTP/1.1\r\nHost: a\r\n" : ""}${pieces.join("")}\r\n\r\nGET /2`;
  const bytes = Uint8Array.from(text, (c) => c.charCodeAt(0));
  const end = headEnd(bytes);
  assert.ok(end !== undefined && end <= bytes.length);
  // The end of the head is found at the same place, wherever a read ends.
  const cut = choose(end);
  assert.equal(headEnd(bytes.subarray(0, cut)), undefined);
  assert.equal(headEnd(bytes, Math.max(0, cut - 3)), end);
  try {
    const { method, path, fields } = parseHead(bytes.subarray(0, end));
    assert.match(method, /^[!-~]+$/);
    assert.match(path, /^\/[!-~]*$/);
    assert.ok(!fields.has("transfer-encoding"));
    for (const length of fields.get("content-length") ?? []) assert.equal(Number(length), 0);
    for (const values of fields.values()) {
      for (const value of values) assert.doesNotMatch(value, /[\r\n\0]/);
    }
  } catch (error) {
    assert.ok(error instanceof HttpError, String(error));
  }
}

const FIRST_PIECES = [
  "GET",
  " ",
  "_",
  "/",
  "\r\n",
  "\n",
  "\r",
  "{",
  "\x16",
  "\x03",
  "PROXY ",
  "A",
  "é",
];

function fuzzFirstBytes(choose: Choose): void {
  const pieces = Array.from(
    { length: choose(8) },
    () => FIRST_PIECES[choose(FIRST_PIECES.length)]!,
  );
  const bytes = Uint8Array.from(pieces.join(""), (c) => c.charCodeAt(0));
  let decided: string | undefined;
  for (let length = 0; length <= bytes.length; length++) {
    const kind = kindOf(bytes.subarray(0, length));
    if (decided !== undefined) assert.equal(kind, decided);
    decided = kind;
  }
}

const ADDRESS_PIECES = [
  ...[
    "10.0.0.1",
    "10.0.0.2",
    "203.0.113.9",
    "[2001:db8::1]",
    "2001:db8::2",
    ",",
    ", ",
    ":80",
    "x",
    " ",
    "é",
  ],
  ...["::ffff:1.2.3.4", "[::1]:99", "unknown", "[", "]"],
];

function fuzzForwarded(choose: Choose): void {
  const text = Array.from(
    { length: choose(10) },
    () => ADDRESS_PIECES[choose(ADDRESS_PIECES.length)]!,
  );
  const fields = new Map([["x-forwarded-for", [text.join("")]]]);
  const isProxy = (address: string) => address.startsWith("10.");
  const { address, secure } = forwardedSender(
    fields,
    { address: "10.0.0.9", secure: false },
    isProxy,
  );
  assert.match(address, /^[0-9a-f.:]+$/);
  assert.equal(secure, false);
  // Addresses that a client puts before those of the proxies have no effect.
  const behind = `${text.join("")},203.0.113.77,10.0.0.2`;
  const known = forwardedSender(
    new Map([["x-forwarded-for", [behind]]]),
    { address: "10.0.0.9", secure: false },
    isProxy,
  );
  assert.equal(known.address, "203.0.113.77");
}

// ---- the server's frames

/** Checks the frames of lines with some lengths. */
export function checkFrames(lengths: readonly number[]): void {
  const lines = lengths.map((length) => `${"x".repeat(length)}\n`).join("");
  const frames = toFrames(new TextEncoder().encode(lines));
  const view = new DataView(frames.buffer);
  let at = 0;
  for (const length of lengths) {
    const size = frames[at + 1]!;
    const head = size < 126 ? 2 : size === 126 ? 4 : 10;
    assert.equal(frames[at], 0x81);
    assert.equal(size, length < 126 ? length : length < 65_536 ? 126 : 127);
    if (head === 4) assert.equal(view.getUint16(at + 2), length);
    if (head === 10) assert.equal(Number(view.getBigUint64(at + 2)), length);
    assert.ok(frames.subarray(at + head, at + head + length).every((byte) => byte === 120));
    at += head + length;
  }
  assert.equal(at, frames.length);
}

/** Runs `deno task fuzz web [INPUTS] [SEED]`. */
export function runWebFuzz(
  [inputs = "10000000", seed = String(Date.now() % 1_000_000)]: readonly string[],
): void {
  console.log(`${inputs} inputs, seed ${seed}`);
  const choose = chooser(Number(seed));
  for (let i = 0; i < Number(inputs); i++) fuzzOnce(choose);
  console.log("each was read as a simple reader reads it");
}
