// A connection that was accepted, before it brings lines.
import type { ByteStream } from "./byte_stream.ts";
import type { PeerInfo } from "./peer.ts";
import type { Kind } from "./web/first_bytes.ts";

/** A connection of which it is known who is at its other end. */
export interface Arrival<Wire = Deno.TcpConn> {
  readonly stream: ByteStream;
  readonly peer: PeerInfo;
  /** The socket below, whatever the stream is. */
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
