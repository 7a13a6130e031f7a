// The types of a connection that was accepted but has not yet passed the gate.
import type { ByteStream } from "./byte_stream.ts";
import type { PeerInfo } from "./peer.ts";
import type { Kind } from "./web/first_bytes.ts";

/** An accepted connection, with what is known about its peer. */
export interface Arrival<Wire = Deno.TcpConn> {
  readonly stream: ByteStream;
  readonly peer: PeerInfo;
  /** The socket under the stream, which may be a TLS stream. */
  readonly wire: Wire;
  /** Whether the connection can only carry lines. Then its first bytes are not checked for HTTP. */
  readonly bringsLines?: boolean;
}

/** A connection whose first bytes are not lines. */
export interface Visit<Wire = Deno.TcpConn> {
  readonly arrival: Arrival<Wire>;
  readonly kind: Exclude<Kind, "lines">;
  /** The bytes read so far. */
  readonly first: Uint8Array;
}
