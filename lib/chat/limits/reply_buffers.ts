// Buffers for long replies, used again when the operating system has taken a reply. Many new buffers would wait for
// the garbage collector and let the process grow.
import { encodeLines } from "../../protocol/reply.ts";

/** Sizes of buffers in bytes. The largest has the longest page, and some room for what is around it. */
const SIZES = [8, 16, 32, 64, 132].map((kibibytes) => kibibytes * 1024);
/** The number of free buffers of each size that are kept. */
const KEPT = 32;

/** Lines in a buffer. */
export interface Buffered {
  readonly bytes: Uint8Array;
  /** Call this when nobody uses the bytes any more. Without it, the garbage collector frees the buffer. */
  readonly giveBack: () => void;
}

/** The buffers of all connections. */
export class ReplyBuffers {
  readonly #encoder = new TextEncoder();
  // The free buffers, by size.
  readonly #free = new Map<number, Uint8Array<ArrayBuffer>[]>(SIZES.map((size) => [size, []]));

  /** Encodes lines, which are ASCII. */
  encode(lines: string): Buffered {
    const size = SIZES.find((each) => each >= lines.length);
    if (size === undefined) return { bytes: encodeLines(lines), giveBack() {} };
    const free = this.#free.get(size)!;
    const buffer = free.pop() ?? new Uint8Array(size);
    const { written } = this.#encoder.encodeInto(lines, buffer);
    return {
      bytes: buffer.subarray(0, written),
      giveBack() {
        if (free.length < KEPT) free.push(buffer);
      },
    };
  }
}
