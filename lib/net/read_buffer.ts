// Chooses the size of the read buffer of a connection. Each of ten thousand idle connections holds a buffer, so it
// stays small until a client sends much.

const SMALL_READ = 256;
/** Size of the largest buffer, in bytes. */
export const LARGE_READ = 32 * 1024;
// Most bytes to read while a request is being served.
const READ_AHEAD = 4 * 1024;

/** Creates the buffer for the first read. */
export function firstBuffer(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(SMALL_READ);
}

/** Returns the buffer for the next read. @param filled Number of bytes of the last read. */
export function nextBuffer(
  buffer: Uint8Array<ArrayBuffer>,
  filled: number,
): Uint8Array<ArrayBuffer> {
  if (filled === buffer.length && buffer.length < LARGE_READ) {
    return new Uint8Array(Math.min(LARGE_READ, buffer.length * 4));
  }
  return filled <= SMALL_READ && buffer.length > SMALL_READ ? firstBuffer() : buffer;
}

/** Creates the buffer for one read while the lines in another buffer are being served. */
export function bufferAhead(serving: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Math.min(serving.length, READ_AHEAD));
}
