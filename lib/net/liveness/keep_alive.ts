// Asks the kernel whether a silent peer is still there. Deno sets no option of keep-alive but on and off, and the
// kernel's own idle time is two hours.
import { findSocketHandles } from "../socket_handles.ts";

/** Asks about one peer. Never throws. */
export type Probe = (wire: Deno.TcpConn) => void;

/**
 * Makes what asks.
 *
 * The kernel sends a probe to a peer that has sent nothing, not even an acknowledgement, for `idleSeconds`. Each
 * further call sends another one at once, until something comes. After nine without an answer
 * (`net.ipv4.tcp_keepalive_probes`) the kernel ends the connection, and reading fails with `ETIMEDOUT`. A peer
 * that has been heard lately is sent nothing, and what is unacknowledged puts probes off.
 */
export function createProbe(idleSeconds: number): Probe {
  const handles = findSocketHandles();
  return (wire) => {
    try {
      handles?.setKeepAlive(wire, idleSeconds);
    } catch {
      // The connection has ended, or no descriptor is free: the next time is soon.
    }
  };
}
