// Asks the kernel whether a silent peer is still there. Deno sets no option of keep-alive but on and off, and the
// kernel's own idle time is two hours.
import process from "node:process";

/** What Node's binding of a TCP socket is used for here; the rest of it is not. */
interface TcpHandle {
  openFromRid(rid: number): number;
  setKeepAlive(on: boolean, idleSeconds: number): number;
  close(): void;
}

interface TcpBinding {
  readonly TCP: new (kind: number) => TcpHandle;
  readonly constants: { readonly SOCKET: number };
}

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
  const { TCP, constants } = tcpBinding();
  return (wire) => {
    const rid = ridOf(wire);
    if (rid === undefined) return;
    try {
      // The handle has a descriptor of its own: closing it leaves the connection open.
      const handle = new TCP(constants.SOCKET);
      if (handle.openFromRid(rid) === 0) handle.setKeepAlive(true, idleSeconds);
      handle.close();
    } catch {
      // The connection has ended, or no descriptor is free: the next time is soon.
    }
  };
}

function tcpBinding(): TcpBinding {
  return (process as unknown as { binding(name: string): TcpBinding }).binding("tcp_wrap");
}

function ridOf(wire: Deno.TcpConn): number | undefined {
  const symbol = Object.getOwnPropertySymbols(wire).find(({ description }) =>
    description === "Deno.internal.rid"
  );
  return (wire as unknown as Record<symbol, number | undefined>)[symbol!];
}
