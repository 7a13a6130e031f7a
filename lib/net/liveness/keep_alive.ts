// Makes the kernel check whether a silent peer still answers. Deno can only switch TCP keep-alive on and off, and the
// kernel's default idle time is two hours.
import process from "node:process";

/** The methods used here of Node's internal TCP handle. */
interface TcpHandle {
  openFromRid(rid: number): number;
  setKeepAlive(on: boolean, idleSeconds: number): number;
  close(): void;
}

interface TcpBinding {
  readonly TCP: new (kind: number) => TcpHandle;
  readonly constants: { readonly SOCKET: number };
}

/** Checks one peer. Never throws. */
export type Probe = (wire: Deno.TcpConn) => void;

/**
 * Creates the function that checks a peer.
 *
 * The kernel sends a probe to a peer that has sent nothing, not even an acknowledgement, for `idleSeconds`. Each
 * further call sends another probe at once, until the peer answers. After nine probes without an answer
 * (`net.ipv4.tcp_keepalive_probes`), the kernel ends the connection, and reading fails with `ETIMEDOUT`. The kernel
 * sends no probe while the peer has answered recently, or while sent data is unacknowledged.
 */
export function createProbe(idleSeconds: number): Probe {
  const { TCP, constants } = tcpBinding();
  return (wire) => {
    const rid = ridOf(wire);
    if (rid === undefined) return;
    try {
      // The handle duplicates the file descriptor, so closing the handle leaves the connection open.
      const handle = new TCP(constants.SOCKET);
      if (handle.openFromRid(rid) === 0) handle.setKeepAlive(true, idleSeconds);
      handle.close();
    } catch {
      // The connection has ended, or no file descriptor is free. The next check follows soon.
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
