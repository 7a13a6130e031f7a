// What carries a connection: TCP, TLS, a Unix socket, a WebSocket, or anything else with two halves.
import type { CloseReason } from "./peer.ts";

/** What waits to be written to a connection. */
export interface Queue {
  /** Queues bytes between those of lines. @param written Told when they are written. */
  put(bytes: Uint8Array, written?: () => void): void;
}

/** A stream of bytes in both directions, such as `Deno.TcpConn`. */
export interface ByteStream {
  /** Reads what has come. @returns How many bytes, or `null` once the other end has closed its half. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes, at least one. @returns How many: at once if the system takes them at once. */
  write(bytes: Uint8Array): number | Promise<number>;
  /** Closes this half. @param reason Why, where the stream can say so. */
  closeWrite(reason?: CloseReason): Promise<void>;
  /** Closes both halves at once. */
  close(): void;
  /** Says how the stream writes what is not lines; only a stream with frames has this. */
  begin?(queue: Queue): void;
  /** Makes what is to be written of lines: the same for all recipients. Without it the lines are written. */
  encode?(lines: Uint8Array): Uint8Array;
  /** Whether the other end has closed its half with a word that {@linkcode closeWrite} is to answer. */
  readonly owesAnswer?: boolean;
}
