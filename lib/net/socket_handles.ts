// The handles of sockets that Deno's node:net is built on. They are internals of Deno; this is the only file that
// knows them, and what it exports is missing where they are not as expected.
//
// A handle is opened as one of a pipe: those of TCP sockets give up what waits to be written as soon as the peer has
// closed its half. The handle of a TCP socket only duplicates the descriptor, and sets keep-alive.
import process from "node:process";

/** A socket. It has a descriptor of its own: closing it leaves open the connection that it was made from. */
export interface SocketHandle {
  /** Takes all bytes: at once, or {@linkcode SocketHandles.isWaiting} and `request` is told when they are written. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  close(): void;
}

/** What is told of the end of a write that had to wait. */
export interface WriteRequest {
  /** @param status 0, or the negative number of an error. */
  oncomplete?: (status: number) => void;
}

/** What can be done with handles. */
export interface SocketHandles {
  /** Opens a handle for the socket of a connection. @returns `undefined` where no descriptor is free, or it has ended. */
  open(conn: Deno.TcpConn): SocketHandle | undefined;
  /** Sets when the kernel probes a peer that is silent. */
  setKeepAlive(conn: Deno.TcpConn, idleSeconds: number): void;
  createRequest(): WriteRequest;
  /** Whether the last write has to wait for the peer. */
  isWaiting(): boolean;
  /** The name of an error, such as `ECONNRESET`. */
  nameOf(status: number): string;
}

interface TcpHandle {
  openFromRid(rid: number): number;
  /** A descriptor that is the caller's. */
  fdForIpc(): number;
  setKeepAlive(on: boolean, idleSeconds: number): number;
  close(): void;
}

interface TcpBinding {
  readonly TCP: new (kind: number) => TcpHandle;
  readonly constants: { readonly SOCKET: number };
}

interface PipeBinding {
  readonly Pipe: new (kind: number) => SocketHandle & { open(descriptor: number): number };
  readonly constants: { readonly SOCKET: number };
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly streamBaseState: Int32Array;
  readonly kLastWriteWasAsync: number;
}

interface ErrorBinding {
  readonly errname: (status: number) => string;
}

/** Finds what the runtime is made of, by name. */
export type Bindings = (name: string) => unknown;

const TCP_METHODS = ["openFromRid", "fdForIpc", "setKeepAlive", "close"];
const PIPE_METHODS = ["open", "writeBuffer", "close"];

/**
 * Finds the handles.
 *
 * @param bindings Where they are looked for.
 * @returns `undefined` where this Deno has none that can be used.
 */
export function findSocketHandles(bindings: Bindings = processBinding): SocketHandles | undefined {
  try {
    const tcp = bindings("tcp_wrap") as TcpBinding;
    const pipe = bindings("pipe_wrap") as PipeBinding;
    const stream = bindings("stream_wrap") as StreamBinding;
    const { errname } = bindings("uv") as ErrorBinding;
    const { WriteWrap, streamBaseState, kLastWriteWasAsync } = stream;
    const numbers = [tcp.constants.SOCKET, pipe.constants.SOCKET, kLastWriteWasAsync];
    const isKnown = hasMethods(tcp.TCP, TCP_METHODS) && hasMethods(pipe.Pipe, PIPE_METHODS) &&
      [WriteWrap, errname].every((each) => typeof each === "function") &&
      numbers.every(Number.isInteger) &&
      streamBaseState instanceof Int32Array;
    if (!isKnown) return undefined;
    return {
      open: (conn) => openPipe(pipe, withTcp(tcp, conn, (handle) => handle.fdForIpc())),
      setKeepAlive(conn, idleSeconds) {
        withTcp(tcp, conn, (handle) => handle.setKeepAlive(true, idleSeconds));
      },
      createRequest: () => new WriteWrap(),
      isWaiting: () => streamBaseState[kLastWriteWasAsync] !== 0,
      nameOf: errname,
    };
  } catch {
    return undefined;
  }
}

function hasMethods(type: { readonly prototype: unknown }, names: readonly string[]): boolean {
  const methods = type.prototype as Record<string, unknown>;
  return names.every((name) => typeof methods[name] === "function");
}

function openPipe(
  { Pipe, constants }: PipeBinding,
  descriptor: number | undefined,
): SocketHandle | undefined {
  if (descriptor === undefined || descriptor < 0) return undefined;
  const handle = new Pipe(constants.SOCKET);
  // Deno refuses a number only if it is no descriptor, or if it takes it for one of an open file.
  if (handle.open(descriptor) === 0) return handle;
  handle.close();
  return undefined;
}

/** Does something with a handle that shares the socket of a connection, and closes the handle. */
function withTcp(
  { TCP, constants }: TcpBinding,
  conn: Deno.TcpConn,
  work: (handle: TcpHandle) => number,
): number | undefined {
  const rid = ridOf(conn);
  if (rid === undefined) return undefined;
  const handle = new TCP(constants.SOCKET);
  try {
    return handle.openFromRid(rid) === 0 ? work(handle) : undefined;
  } finally {
    handle.close();
  }
}

function processBinding(name: string): unknown {
  return (process as unknown as { binding(name: string): unknown }).binding(name);
}

function ridOf(conn: Deno.TcpConn): number | undefined {
  const symbol = Object.getOwnPropertySymbols(conn).find(({ description }) =>
    description === "Deno.internal.rid"
  );
  return symbol && (conn as unknown as Record<symbol, number | undefined>)[symbol];
}
