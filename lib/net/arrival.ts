// The type of a connection that was accepted but has not yet passed the gate.
import type { ByteStream } from "./byte_stream.ts";
import type { PeerInfo } from "./peer.ts";

/** An accepted connection, with what is known about its peer. */
export interface Arrival<Wire = Deno.TcpConn> {
  readonly stream: ByteStream;
  readonly peer: PeerInfo;
  /** The socket under the stream, which may be a TLS stream. */
  readonly wire: Wire;
}
