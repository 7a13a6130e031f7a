// A byte stream whose reads wait for their turn until it is released. Used for handshakes, which cost much work.
import type { ByteStream } from "../byte_stream.ts";

const FIRST_READ = 512;

/** A stream whose bytes wait for their turn. A client that sends nothing costs only a small read buffer. */
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
   * Waits for the first bytes, and then for their turn.
   *
   * @param pass Called for the bytes of each read. Resolves when it is their turn.
   * @throws An error if the stream ends before its first byte, or the error of the read.
   */
  static async open(stream: ByteStream, pass: () => Promise<void>): Promise<PacedStream> {
    const first = new Uint8Array(FIRST_READ);
    const count = await stream.read(first);
    if (count === null) throw new Error("the client left before its first byte");
    await pass();
    return new PacedStream(stream, first.subarray(0, count), pass);
  }

  /** Ends the waiting: further reads return at once. */
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
