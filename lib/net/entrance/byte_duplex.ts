// Adapts a byte stream to a `Duplex` of Node, which server-side TLS requires.
import { Buffer } from "node:buffer";
import { Duplex } from "node:stream";
import type { ByteStream } from "../byte_stream.ts";

// Each idle connection holds a read buffer, so it begins small. A TLS record is only a little larger than 16 KiB.
const SMALL_READ = 512;
const LARGE_READ = 16 * 1024;

type Done = (error?: Error | null) => void;

/** A `Duplex` over a {@linkcode ByteStream}. It closes the stream when it is destroyed. */
export class ByteDuplex extends Duplex {
  readonly #stream: ByteStream;
  #buffer = Buffer.alloc(SMALL_READ);

  constructor(stream: ByteStream) {
    super();
    this.#stream = stream;
  }

  override _read(): void {
    this.#stream.read(this.#buffer).then(
      (count) => {
        if (count === null) return this.push(null);
        const bytes = this.#buffer.subarray(0, count);
        this.#buffer = Buffer.alloc(count === this.#buffer.length ? LARGE_READ : SMALL_READ);
        this.push(bytes);
      },
      (error) => this.destroy(error),
    );
  }

  override _write(chunk: Uint8Array, _encoding: string, done: Done): void {
    this.#writeAll(chunk).then(() => done(), done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: Done): void {
    this.#writeAll(Buffer.concat(chunks.map(({ chunk }) => chunk))).then(() => done(), done);
  }

  override _final(done: Done): void {
    this.#stream.closeWrite().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: Done): void {
    try {
      this.#stream.close();
    } catch {
      // The stream is already closed.
    }
    done(error);
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length) written += await this.#stream.write(bytes.subarray(written));
  }
}
