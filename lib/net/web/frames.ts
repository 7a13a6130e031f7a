// Makes the frames that the server sends over WebSockets: one for each line, and control frames.
import { OPCODE } from "./close_codes.ts";

const NEWLINE = 10;
const FINAL = 0x80;

/**
 * Puts each line into a text frame of its own, without its line end. Servers do not mask.
 *
 * @param lines Whole lines in UTF-8.
 */
export function toFrames(lines: Uint8Array): Uint8Array {
  const frames = new Uint8Array(framedLength(lines));
  let at = 0;
  forEachLine(lines, (from, to) => {
    at = putHead(frames, at, { opcode: OPCODE.text, length: to - from });
    frames.set(lines.subarray(from, to), at);
    at += to - from;
  });
  return frames;
}

/** A frame that is no message. @param payload At most 125 bytes. */
export function controlFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(2 + payload.length);
  frame.set(payload, putHead(frame, 0, { opcode, length: payload.length }));
  return frame;
}

/** The frame that ends a WebSocket. @param code Why; without it the frame says nothing. */
export function closeFrame(code: number | undefined): Uint8Array {
  const payload = code === undefined ? [] : [code >> 8, code & 0xff];
  return controlFrame(OPCODE.close, Uint8Array.from(payload));
}

/** Makes the frames of some lines once for all their recipients, who get the same bytes of lines. */
export class Frames {
  readonly #made = new WeakMap<Uint8Array, Uint8Array>();
  #count = 0;

  /** How many times frames were made. */
  get count(): number {
    return this.#count;
  }

  /** The frames of these lines. */
  of(lines: Uint8Array): Uint8Array {
    const known = this.#made.get(lines);
    if (known !== undefined) return known;
    const frames = toFrames(lines);
    this.#count++;
    this.#made.set(lines, frames);
    return frames;
  }
}

function framedLength(lines: Uint8Array): number {
  let length = 0;
  forEachLine(lines, (from, to) => length += headLength(to - from) + to - from);
  return length;
}

function forEachLine(lines: Uint8Array, work: (from: number, to: number) => void): void {
  for (let from = 0; from < lines.length;) {
    const end = lines.indexOf(NEWLINE, from);
    const to = end === -1 ? lines.length : end;
    work(from, to);
    from = to + 1;
  }
}

function headLength(length: number): number {
  return length < 126 ? 2 : length < 65_536 ? 4 : 10;
}

/** @returns Where the payload begins. */
function putHead(
  into: Uint8Array,
  at: number,
  { opcode, length }: { opcode: number; length: number },
): number {
  const size = headLength(length);
  into[at] = FINAL | opcode;
  if (size === 2) {
    into[at + 1] = length;
  } else {
    into[at + 1] = size === 4 ? 126 : 127;
    // From the last byte on; a typed array keeps the low eight bits.
    let rest = length;
    for (let i = at + size - 1; i > at + 1; i--) {
      into[i] = rest;
      rest = Math.floor(rest / 256);
    }
  }
  return at + size;
}
