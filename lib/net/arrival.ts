// A connection that was accepted, before it brings lines.
import type { ByteStream } from "./byte_stream.ts";
import type { PeerInfo } from "./peer.ts";

/** A connection of which it is known who is at its other end. */
export interface Arrival<Wire = Deno.TcpConn> {
  readonly stream: ByteStream;
  readonly peer: PeerInfo;
  /** The socket below, whatever the stream is. */
  readonly wire: Wire;
}
