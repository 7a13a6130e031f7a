// The load generator's side of a WebSocket: the handshake, frames to the server, and a count of received frames.

const encoder = new TextEncoder();
const HEAD_END = "\r\n\r\n";

/** Upgrades a new connection to the chat port to a WebSocket. @throws {Error} If the server does not accept. */
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
  // The server never speaks first, so nothing follows the head.
  if (!head.startsWith("HTTP/1.1 101 ") || !head.endsWith(HEAD_END)) throw new Error(head);
}

/** Converts lines to text frames. The mask is zero, so the generator need not mask the content. */
export function framesOf(text: string): Uint8Array {
  const frames = text.split("\n").filter((line) => line !== "").map((line) => {
    const content = encoder.encode(line);
    const size = content.length;
    const head = size < 126 ? [0x81, 0x80 | size] : [0x81, 0xfe, size >> 8, size & 0xff];
    return [...head, 0, 0, 0, 0, ...content];
  });
  return Uint8Array.from(frames.flat());
}

/** Counts the frames that a server sends. A chunk may end anywhere in a frame. */
export class FrameCounter {
  #left = 0;
  #head: number[] = [];

  /** Counts the frames whose head ends in a chunk. Control frames count too, because a server sends few. */
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

/** Returns the length of the payload, or `undefined` if the head is incomplete. */
function sizeOf(head: readonly number[]): number | undefined {
  const short = head[1];
  if (short === undefined) return undefined;
  const bytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes === 0) return short;
  if (head.length < 2 + bytes) return undefined;
  return head.slice(2).reduce((sum, byte) => sum * 256 + byte, 0);
}
