// Creates the frames that the server sends over WebSockets: one for each line, and control frames.
import { OPCODE } from "./close_codes.ts";

const NEWLINE = 10;
const FINAL = 0x80;

/**
 * Converts each line to a text frame without the newline. Frames of a server are not masked.
 *
 * @param lines Complete lines in UTF-8.
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

/** Returns a control frame. @param payload At most 125 bytes. */
export function controlFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(2 + payload.length);
  frame.set(payload, putHead(frame, 0, { opcode, length: payload.length }));
  return frame;
}

/** Returns a close frame. @param code The close code; without it, the frame has no payload. */
export function closeFrame(code: number | undefined): Uint8Array {
  const payload = code === undefined ? [] : [code >> 8, code & 0xff];
  return controlFrame(OPCODE.close, Uint8Array.from(payload));
}

/** Converts lines to frames once for all recipients. The key is the buffer, which the recipients share. */
export class Frames {
  readonly #made = new WeakMap<Uint8Array, Uint8Array>();
  #count = 0;

  /** The number of conversions. */
  get count(): number {
    return this.#count;
  }

  /** Returns the frames for these lines. */
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

/** Writes the head of a frame. @returns The position of the payload. */
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
    // Big-endian, from the last byte to the first. A typed array keeps the low eight bits of a number.
    let rest = length;
    for (let i = at + size - 1; i > at + 1; i--) {
      into[i] = rest;
      rest = Math.floor(rest / 256);
    }
  }
  return at + size;
}
