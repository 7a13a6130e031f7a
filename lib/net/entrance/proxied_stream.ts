// Takes the PROXY header off a connection that a trusted proxy passes on.
import type { ByteStream } from "../byte_stream.ts";
import {
  MAX_HEADER_BYTES,
  parseProxyHeader,
  type ProxyHeader,
  ProxyHeaderError,
} from "./proxy_protocol.ts";

const FIRST_READ = 512;

/**
 * Reads the header.
 *
 * @returns What it says, and the stream of what comes behind it.
 * @throws {ProxyHeaderError} where there is none.
 * @throws What reading throws, as when the stream is closed.
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

// The parser takes none longer than this, so it is never full.
function grow(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(MAX_HEADER_BYTES + FIRST_READ);
  larger.set(bytes);
  return larger;
}

/** A stream of which some bytes have been read already. */
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
