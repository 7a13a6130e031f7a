// The handles of TCP sockets that Deno's node:net is built on. They are internals of Deno; this is the only file that
// knows them, and what it exports is missing where they are not as expected.
import process from "node:process";

/** A TCP socket. It has a descriptor of its own: closing it leaves open the connection that it was made from. */
export interface SocketHandle {
  /** Called after each read, with {@linkcode SocketHandles.lastRead} set. */
  onread: (this: SocketHandle) => void;
  /** Free for the owner. */
  owner?: { readonly came: () => void };
  /** The buffer for all reads from now on. */
  useUserBuffer(buffer: Uint8Array): void;
  readStart(): number;
  readStop(): number;
  /** Takes all bytes: at once, or {@linkcode SocketHandles.isWaiting} and `request` is told when they are written. */
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  setKeepAlive(on: boolean, idleSeconds: number): number;
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
  createRequest(): WriteRequest;
  /** How many bytes the last read brought; negative for the end or an error. */
  lastRead(): number;
  /** Whether the last write has to wait for the peer. */
  isWaiting(): boolean;
  /** Whether a negative number says that the other end has closed its half. */
  isEnd(status: number): boolean;
  /** The name of an error, such as `ECONNRESET`. */
  nameOf(status: number): string;
}

interface TcpBinding {
  readonly TCP: new (kind: number) => SocketHandle & { openFromRid(rid: number): number };
  readonly constants: { readonly SOCKET: number };
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly streamBaseState: Int32Array;
  readonly kReadBytesOrError: number;
  readonly kLastWriteWasAsync: number;
}

interface ErrorBinding {
  readonly UV_EOF: number;
  readonly errname: (status: number) => string;
}

const METHODS = [
  "openFromRid",
  "useUserBuffer",
  "readStart",
  "readStop",
  "writeBuffer",
  "setKeepAlive",
  "close",
];

/** Finds the handles. @returns `undefined` where this Deno has none that can be used. */
export function findSocketHandles(): SocketHandles | undefined {
  try {
    const { TCP, constants } = binding<TcpBinding>("tcp_wrap");
    const stream = binding<StreamBinding>("stream_wrap");
    const { UV_EOF, errname } = binding<ErrorBinding>("uv");
    const { WriteWrap, streamBaseState, kReadBytesOrError, kLastWriteWasAsync } = stream;
    const methods = METHODS.map((name) => (TCP.prototype as Record<string, unknown>)[name]);
    const numbers = [constants.SOCKET, UV_EOF, kReadBytesOrError, kLastWriteWasAsync];
    const isKnown = [...methods, WriteWrap, errname].every((each) => typeof each === "function") &&
      numbers.every(Number.isInteger) && streamBaseState instanceof Int32Array;
    if (!isKnown) return undefined;
    return {
      open(conn) {
        const rid = ridOf(conn);
        if (rid === undefined) return undefined;
        const handle = new TCP(constants.SOCKET);
        if (handle.openFromRid(rid) === 0) return handle;
        handle.close();
        return undefined;
      },
      createRequest: () => new WriteWrap(),
      lastRead: () => streamBaseState[kReadBytesOrError]!,
      isWaiting: () => streamBaseState[kLastWriteWasAsync] !== 0,
      isEnd: (status) => status === UV_EOF,
      nameOf: errname,
    };
  } catch {
    return undefined;
  }
}

function binding<T>(name: string): T {
  return (process as unknown as { binding(name: string): T }).binding(name);
}

function ridOf(conn: Deno.TcpConn): number | undefined {
  const symbol = Object.getOwnPropertySymbols(conn).find(({ description }) =>
    description === "Deno.internal.rid"
  );
  return symbol && (conn as unknown as Record<symbol, number | undefined>)[symbol];
}
