// The interface of a byte stream that carries a connection: TCP, TLS, a Unix socket, a WebSocket or another transport.
import type { CloseReason } from "./peer.ts";

/** The bytes that wait to be written to a connection. */
export interface Queue {
  /** Queues bytes that are not lines, between lines. @param written Called when they are written. */
  put(bytes: Uint8Array, written?: () => void): void;
}

/** A stream of bytes in both directions, such as `Deno.TcpConn`. */
export interface ByteStream {
  /** Waits for bytes and reads them. @returns Their number; `null` once the other end has closed its sending half. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes at least one of the bytes. @returns Their number; no promise if the system accepts them at once. */
  write(bytes: Uint8Array): number | Promise<number>;
  /** Closes the sending half. @param reason The reason, which only some streams can tell the peer. */
  closeWrite(reason?: CloseReason): Promise<void>;
  /** Closes both halves at once. */
  close(): void;
  /** Gives the stream the queue for bytes that are not lines. Only streams with frames have this method. */
  begin?(queue: Queue): void;
  /** Returns the bytes to write for some lines, the same for all recipients. Without it, the lines themselves. */
  encode?(lines: Uint8Array): Uint8Array;
  /** Whether the other end has sent a close frame that {@linkcode closeWrite} must still answer. */
  readonly owesAnswer?: boolean;
}
