// Writes and reads values as bytes. The reader checks each length before it allocates anything.

/** Bytes that came from another node cannot be read. */
export class MalformedBytes extends Error {
  override readonly name = "MalformedBytes";
}

const FIRST_BYTES = 512;
/** Bytes that the length of a text or blob takes at most. */
const LENGTH_BYTES = 8;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Collects values. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** How many bytes were written. */
  get length(): number {
    return this.#length;
  }

  /** Writes a number from 0 to 255. */
  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** Writes a whole number from 0 to 2^53 - 1, seven bits in each byte. @throws {RangeError} For other numbers. */
  uint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`expected a whole number from 0, got ${value}`);
    }
    this.#reserve(8);
    while (value >= 0x80) {
      this.#bytes[this.#length++] = value % 0x80 + 0x80;
      value = Math.floor(value / 0x80);
    }
    this.#bytes[this.#length++] = value;
  }

  /** Writes bytes and their number. */
  blob(value: Uint8Array): void {
    this.uint(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Writes a text. */
  text(value: string): void {
    // UTF-8 has at most three bytes for each code unit.
    this.#reserve(LENGTH_BYTES + 3 * value.length);
    // Most texts are ASCII, so this is where the text belongs.
    const at = this.#length + lengthBytes(value.length);
    const { written } = encoder.encodeInto(value, this.#bytes.subarray(at));
    const begin = this.#length + lengthBytes(written);
    if (begin !== at) this.#bytes.copyWithin(begin, at, at + written);
    this.uint(written);
    this.#length += written;
  }

  /** Writes how many values follow, then each of them. */
  list<T>(values: readonly T[], write: (value: T) => void): void {
    this.uint(values.length);
    for (const value of values) write(value);
  }

  /** Returns what was written. Nothing may be written afterwards. */
  done(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
  }
}

/** Reads values in the order in which they were written. All methods throw {@linkcode MalformedBytes}. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #what: string;
  #at = 0;

  /** @param what What the bytes are, for errors: "batch". */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#what = what;
  }

  /** Throws the error for bytes that are not valid. @param reason What is wrong. */
  fail(reason: string): never {
    throw new MalformedBytes(`Cannot read ${this.#what}: ${reason}.`);
  }

  /** Reads a number from 0 to 255. */
  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) this.fail(`it ends after ${this.#at} bytes`);
    this.#at++;
    return value;
  }

  /** Reads a whole number from 0 to 2^53 - 1. */
  uint(): number {
    let value = 0;
    for (let weight = 1;; weight *= 0x80) {
      const byte = this.byte();
      value += byte % 0x80 * weight;
      if (value > Number.MAX_SAFE_INTEGER || weight > 2 ** 49) this.fail("a number is too large");
      if (byte < 0x80) return value;
    }
  }

  /** Reads bytes. They are a view, not a copy. */
  blob(): Uint8Array {
    const length = this.uint();
    if (length > this.#left) this.fail(`expected ${length} bytes, got ${this.#left}`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Reads a text. */
  text(): string {
    const bytes = this.blob();
    try {
      return decoder.decode(bytes);
    } catch {
      this.fail("a text is not UTF-8");
    }
  }

  /** Reads a list. Each value has at least one byte, so the bytes that are left bound its length. */
  list<T>(read: () => T): T[] {
    const length = this.uint();
    if (length > this.#left) this.fail(`expected ${length} values, got ${this.#left} bytes`);
    const values: T[] = [];
    for (let i = 0; i < length; i++) values.push(read());
    return values;
  }

  /** Checks that nothing follows. */
  end(): void {
    if (this.#left > 0) this.fail(`${this.#left} bytes follow its end`);
  }

  get #left(): number {
    return this.#bytes.length - this.#at;
  }
}

/** Returns how many bytes {@linkcode ByteWriter.uint} takes for a length. */
function lengthBytes(length: number): number {
  let bytes = 1;
  for (; length >= 0x80; length = Math.floor(length / 0x80)) bytes++;
  return bytes;
}

/** Returns the parts in one array. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
