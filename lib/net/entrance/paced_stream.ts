// A byte stream whose reads wait for their turn until it is released: what they bring costs much work.
import type { ByteStream } from "../byte_stream.ts";

const FIRST_READ = 512;

/** Wraps a stream. Before {@linkcode open} it holds next to nothing, so a silent client is cheap. */
export class PacedStream implements ByteStream {
  readonly #stream: ByteStream;
  #ahead: Uint8Array | undefined;
  #pass: (() => Promise<void>) | undefined;

  private constructor(stream: ByteStream, ahead: Uint8Array, pass: () => Promise<void>) {
    this.#stream = stream;
    this.#ahead = ahead;
    this.#pass = pass;
  }

  /**
   * Waits for the first bytes, and for their turn.
   *
   * @param pass Resolves when it is the turn of some bytes.
   * @throws Where the stream ends before, or what reading throws.
   */
  static async open(stream: ByteStream, pass: () => Promise<void>): Promise<PacedStream> {
    const first = new Uint8Array(FIRST_READ);
    const count = await stream.read(first);
    if (count === null) throw new Error("the client left before its first byte");
    await pass();
    return new PacedStream(stream, first.subarray(0, count), pass);
  }

  /** Lets all that follows through at once. */
  release(): void {
    this.#pass = undefined;
  }

  read(into: Uint8Array): Promise<number | null> {
    if (this.#ahead !== undefined) return Promise.resolve(this.#takeAhead(this.#ahead, into));
    return this.#pass === undefined ? this.#stream.read(into) : this.#readInTurn(into, this.#pass);
  }

  write(bytes: Uint8Array): number | Promise<number> {
    return this.#stream.write(bytes);
  }

  closeWrite(): Promise<void> {
    return this.#stream.closeWrite();
  }

  close(): void {
    this.#stream.close();
  }

  #takeAhead(ahead: Uint8Array, into: Uint8Array): number {
    const count = Math.min(into.length, ahead.length);
    into.set(ahead.subarray(0, count));
    this.#ahead = count === ahead.length ? undefined : ahead.subarray(count);
    return count;
  }

  async #readInTurn(into: Uint8Array, pass: () => Promise<void>): Promise<number | null> {
    const count = await this.#stream.read(into);
    if (count !== null) await pass();
    return count;
  }
}
