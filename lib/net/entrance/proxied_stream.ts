// Reads the PROXY header of a connection that a trusted proxy forwards.
import type { ByteStream } from "../byte_stream.ts";
import {
  MAX_HEADER_BYTES,
  parseProxyHeader,
  type ProxyHeader,
  ProxyHeaderError,
} from "./proxy_protocol.ts";
import { ReadAhead } from "./read_ahead.ts";

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
    return { header, stream: ReadAhead.before(stream, bytes.slice(header.length, filled)) };
  }
}

// The parser rejects longer headers, so the larger buffer is never full.
function grow(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(MAX_HEADER_BYTES + FIRST_READ);
  larger.set(bytes);
  return larger;
}
