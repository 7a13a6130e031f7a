// The type of a connection that was accepted but has not yet passed the gate.
import type { ByteStream } from "./byte_stream.ts";
import type { PeerInfo } from "./peer.ts";
import type { Kind } from "./web/first_bytes.ts";

/** An accepted connection, with what is known about its peer. */
export interface Arrival<Wire = Deno.TcpConn> {
  readonly stream: ByteStream;
  readonly peer: PeerInfo;
  /** The socket under the stream, which may be a TLS stream. */
  readonly wire: Wire;
  /** It brings nothing but lines, so its first bytes need no look. */
  readonly bringsLines?: boolean;
}

/** A connection that brings no lines. */
export interface Visit<Wire = Deno.TcpConn> {
  readonly arrival: Arrival<Wire>;
  readonly kind: Exclude<Kind, "lines">;
  /** What was read of it. */
  readonly first: Uint8Array;
}
