// Reads a stream by callbacks. For a stream that needs a buffer to read into, the buffer is small until a client sends
// much: ten thousand idle connections hold one each.
import type { ByteInput, ByteReceiver, ByteStream } from "./byte_stream.ts";

/** Most bytes of one read. */
export const LARGE_READ = 32 * 1024;

const SMALL_READ = 256;

/** The reading half of a stream. */
export function inputOf(stream: ByteStream): ByteInput {
  return canReceive(stream) ? stream : new BufferedInput(stream);
}

function canReceive(stream: ByteStream): stream is ByteStream & ByteInput {
  return stream.receive !== undefined;
}

/** Reads into a buffer of its own. */
class BufferedInput implements ByteInput {
  readonly #stream: ByteStream;
  #buffer = new Uint8Array(SMALL_READ);

  constructor(stream: ByteStream) {
    this.#stream = stream;
  }

  receive(receiver: ByteReceiver, most: number): void {
    const buffer = this.#buffer;
    this.#stream.read(buffer.length > most ? buffer.subarray(0, most) : buffer).then((count) => {
      if (count === null) return receiver.received(null);
      const bytes = buffer.slice(0, count);
      this.#buffer = nextBuffer(buffer, count);
      receiver.received(bytes);
    }, (error) => receiver.receiveFailed(error));
  }
}

function nextBuffer(buffer: Uint8Array<ArrayBuffer>, filled: number): Uint8Array<ArrayBuffer> {
  if (filled === buffer.length && buffer.length < LARGE_READ) {
    return new Uint8Array(Math.min(LARGE_READ, buffer.length * 4));
  }
  return filled <= SMALL_READ && buffer.length > SMALL_READ ? new Uint8Array(SMALL_READ) : buffer;
}
