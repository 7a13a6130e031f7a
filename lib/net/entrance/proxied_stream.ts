// Reads the PROXY header of a connection that a trusted proxy forwards.
import type { ByteStream } from "../byte_stream.ts";
import {
  MAX_HEADER_BYTES,
  parseProxyHeader,
  type ProxyHeader,
  ProxyHeaderError,
} from "./proxy_protocol.ts";

const FIRST_READ = 512;

/**
 * Reads the PROXY header from the beginning of a stream.
 *
 * @returns The header, and a stream of the bytes after it.
 * @throws {ProxyHeaderError} if the stream does not begin with a whole header.
 * @throws The error of the read, for example if the stream is closed.
 */
export async function readProxyHeader(
  stream: ByteStream,
): Promise<{ header: ProxyHeader; stream: ByteStream }> {
  let bytes = new Uint8Array(FIRST_READ);
  let filled = 0;
  for (;;) {
    if (filled === bytes.length) bytes = grow(bytes);
    const count = await stream.read(bytes.subarray(filled));
    if (count === null) {
      throw new ProxyHeaderError(`expected a PROXY header, got the end after ${filled} bytes`);
    }
    filled += count;
    const header = parseProxyHeader(bytes.subarray(0, filled));
    if (header === undefined) continue;
    const rest = bytes.slice(header.length, filled);
    return { header, stream: rest.length === 0 ? stream : new ReadAhead(stream, rest) };
  }
}

// The parser rejects longer headers, so the larger buffer is never full.
function grow(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(MAX_HEADER_BYTES + FIRST_READ);
  larger.set(bytes);
  return larger;
}

/** A stream that first returns bytes that were already read from it. */
class ReadAhead implements ByteStream {
  readonly #stream: ByteStream;
  #ahead: Uint8Array | undefined;

  constructor(stream: ByteStream, ahead: Uint8Array) {
    this.#stream = stream;
    this.#ahead = ahead;
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
