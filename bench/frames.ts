// The generator's side of a WebSocket: the handshake, frames to the server, and counting those that come.

const encoder = new TextEncoder();
const HEAD_END = "\r\n\r\n";

/** Makes a WebSocket of a connection to the chat port. Nothing may have come that is not its answer. */
export async function upgrade(conn: Deno.TcpConn): Promise<void> {
  const { port } = conn.remoteAddr as Deno.NetAddr;
  await conn.write(encoder.encode(
    `GET /ws HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
  ));
  const buffer = new Uint8Array(2048);
  let head = "";
  while (!head.includes(HEAD_END)) {
    const count = await conn.read(buffer);
    if (count === null) throw new Error(`the server ended the handshake after ${head}`);
    head += new TextDecoder("latin1").decode(buffer.subarray(0, count));
  }
  // The server never speaks first: nothing follows its head.
  if (!head.startsWith("HTTP/1.1 101 ") || !head.endsWith(HEAD_END)) throw new Error(head);
}

/** Lines as text frames. The mask is zero, so that the generator has no work with it. */
export function framesOf(text: string): Uint8Array {
  const frames = text.split("\n").filter((line) => line !== "").map((line) => {
    const content = encoder.encode(line);
    const size = content.length;
    const head = size < 126 ? [0x81, 0x80 | size] : [0x81, 0xfe, size >> 8, size & 0xff];
    return [...head, 0, 0, 0, 0, ...content];
  });
  return Uint8Array.from(frames.flat());
}

/** Counts the frames in what a server sends, wherever it is cut. */
export class FrameCounter {
  #left = 0;
  #head: number[] = [];

  /** Frames that begin in a chunk. Control frames count as well: a server sends few. */
  count(chunk: Uint8Array): number {
    let frames = 0;
    for (let at = 0; at < chunk.length;) {
      if (this.#left > 0) {
        const part = Math.min(this.#left, chunk.length - at);
        this.#left -= part;
        at += part;
        continue;
      }
      this.#head.push(chunk[at++]!);
      const size = sizeOf(this.#head);
      if (size === undefined) continue;
      frames++;
      this.#left = size;
      this.#head = [];
    }
    return frames;
  }
}

/** The size of what follows a head, once the head is whole. */
function sizeOf(head: readonly number[]): number | undefined {
  const short = head[1];
  if (short === undefined) return undefined;
  const bytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes === 0) return short;
  if (head.length < 2 + bytes) return undefined;
  return head.slice(2).reduce((sum, byte) => sum * 256 + byte, 0);
}
