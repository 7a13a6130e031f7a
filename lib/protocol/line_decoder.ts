// Splits received bytes into lines at \n, across reads, and decodes each line.
import { ProtocolError } from "./errors.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const FIRST_CAPACITY = 256;

// Shared, because a separate empty array would use 200 bytes per idle connection.
const NO_BYTES = new Uint8Array(0);

const utf8 = new TextDecoder("utf-8", { fatal: true });
const windows1252 = new TextDecoder("windows-1252");

/**
 * Decodes one line as UTF-8, or as windows-1252 if it is not valid UTF-8. Java clients on French Windows send
 * windows-1252. Never throws.
 */
export function decodeText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return windows1252.decode(bytes);
  }
}

/**
 * Splits a stream of bytes into lines. Pass bytes to {@linkcode push}, then call {@linkcode next} until it returns
 * `undefined`, before you reuse the pushed array.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const decoder = new LineDecoder(65_536);
 * decoder.push(new TextEncoder().encode('{"type":"ping"}\n{"ty'));
 * assert.equal(decoder.next(), '{"type":"ping"}');
 * // The rest waits for the next push.
 * assert.equal(decoder.next(), undefined);
 * ```
 */
export class LineDecoder {
  readonly #maxBytes: number;
  #chunk: Uint8Array = NO_BYTES;
  #position = 0;
  // The beginning of an incomplete line: the first #held bytes of #rest.
  #rest: Uint8Array = NO_BYTES;
  #held = 0;

  /** @param maxBytes The maximum length of a line in bytes, without its end; 0 for no limit. */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes === 0 ? Infinity : maxBytes;
  }

  /** Adds the bytes of one read. The array must not change until `next` has returned `undefined`. */
  push(chunk: Uint8Array): void {
    this.#chunk = chunk;
    this.#position = 0;
  }

  /**
   * Returns the next complete line that is not blank, without its end; `undefined` if more bytes are needed.
   *
   * @throws {ProtocolError} `line_too_long`, once. The decoder cannot be used afterwards.
   */
  next(): string | undefined {
    for (;;) {
      const end = this.#chunk.indexOf(NEWLINE, this.#position);
      if (end === -1) {
        this.#hold(this.#chunk.subarray(this.#position));
        this.#position = this.#chunk.length;
        return undefined;
      }
      let line = this.#chunk.subarray(this.#position, end);
      this.#position = end + 1;
      if (this.#held > 0) {
        this.#hold(line);
        line = this.#rest.subarray(0, this.#held);
        this.#release();
      }
      if (line[line.length - 1] === RETURN) line = line.subarray(0, -1);
      if (line.length > this.#maxBytes) throw this.#tooLong(line.length);
      if (line.length === 0) continue;
      const text = decodeText(line);
      if (text.trim() !== "") return text;
    }
  }

  /** The bytes received since the last end of a line. */
  get rest(): Uint8Array {
    return this.#rest.subarray(0, this.#held);
  }

  #hold(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const length = this.#held + bytes.length;
    // One byte more than the limit may be the \r of a line that just fits.
    if (length > this.#maxBytes + 1) throw this.#tooLong(length);
    if (length > this.#rest.length) {
      const grown = new Uint8Array(Math.max(FIRST_CAPACITY, length, this.#rest.length * 2));
      grown.set(this.rest);
      this.#rest = grown;
    }
    this.#rest.set(bytes, this.#held);
    this.#held = length;
  }

  #release(): void {
    this.#held = 0;
    // `line` still uses the old array. The next incomplete line allocates a new one.
    this.#rest = NO_BYTES;
  }

  #tooLong(bytes: number): ProtocolError {
    return new ProtocolError("line_too_long", { places: { max: this.#maxBytes, bytes } });
  }
}
