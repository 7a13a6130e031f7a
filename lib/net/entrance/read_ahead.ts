// A byte stream that returns bytes again that were already read.
import type { ByteStream } from "../byte_stream.ts";

/** A stream whose reads first return bytes that were already read. */
export class ReadAhead implements ByteStream {
  readonly #stream: ByteStream;
  #ahead: Uint8Array | undefined;

  private constructor(stream: ByteStream, ahead: Uint8Array) {
    this.#stream = stream;
    this.#ahead = ahead;
  }

  /** Returns a stream whose reads return these bytes first, then those of another stream. */
  static before(stream: ByteStream, ahead: Uint8Array): ByteStream {
    return ahead.length === 0 ? stream : new ReadAhead(stream, ahead);
  }

  read(into: Uint8Array): Promise<number | null> {
    const ahead = this.#ahead;
    if (ahead === undefined) return this.#stream.read(into);
    const count = Math.min(into.length, ahead.length);
    into.set(ahead.subarray(0, count));
    this.#ahead = count === ahead.length ? undefined : ahead.subarray(count);
    return Promise.resolve(count);
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
}
