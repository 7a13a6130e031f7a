// How large the read buffer of a connection is. Ten thousand idle connections hold one each: it is small until a
// client sends much.

const SMALL_READ = 256;
/** Bytes of the largest buffer. */
export const LARGE_READ = 32 * 1024;
// Most that is read while a request is being served.
const READ_AHEAD = 4 * 1024;

/** The buffer for the first read. */
export function firstBuffer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(SMALL_READ);
}

/** The buffer for the next read. @param filled Bytes that the last read brought. */
export function nextBuffer(
  buffer: Uint8Array<ArrayBuffer>,
  filled: number,
): Uint8Array<ArrayBuffer> {
  if (filled === buffer.length && buffer.length < LARGE_READ) {
    return new Uint8Array(Math.min(LARGE_READ, buffer.length * 4));
  }
  return filled <= SMALL_READ && buffer.length > SMALL_READ ? firstBuffer() : buffer;
}

/** The buffer for one read while the lines in another buffer are being served. */
export function bufferAhead(serving: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.min(serving.length, READ_AHEAD));
}
