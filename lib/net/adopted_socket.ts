// The socket of an accepted connection as a byte stream that writes at once: a write by the connection itself is an
// operation that costs as much again as the system call.
import type { ByteStream } from "./byte_stream.ts";
import type { SocketHandle, SocketHandles, WriteRequest } from "./socket_handles.ts";

/** Makes a byte stream of an accepted connection, which belongs to the stream from now on. */
export type Adopt = (conn: Deno.TcpConn) => ByteStream;

// The bytes of a write that waits count as taken when all of them are: a slow peer shows progress by small ones.
const SLOW_WRITE = 16 * 1024;

/**
 * Makes what adopts sockets.
 *
 * An adopted socket has two descriptors until it is closed: the connection's own, and that of the handle. Closing the
 * connection earlier would shut the socket down.
 *
 * @param handles Without them, connections stay as they are.
 */
export function createAdopt(handles: SocketHandles | undefined): Adopt {
  if (handles === undefined) return (conn) => conn;
  const writer = new Writer(handles);
  return (conn) => {
    const handle = handles.open(conn);
    return handle === undefined ? conn : new AdoptedSocket(conn, handle, writer);
  };
}

/** Writes for all sockets, so that a write that need not wait makes no request. */
class Writer {
  readonly #handles: SocketHandles;
  #request: WriteRequest;

  constructor(handles: SocketHandles) {
    this.#handles = handles;
    this.#request = handles.createRequest();
  }

  /** @returns The request, if the bytes have to wait; it is the caller's. */
  write(handle: SocketHandle, bytes: Uint8Array): WriteRequest | undefined {
    const request = this.#request;
    const status = handle.writeBuffer(request, bytes);
    if (status !== 0) throw this.failure(status);
    if (!this.#handles.isWaiting()) return undefined;
    this.#request = this.#handles.createRequest();
    return request;
  }

  failure(status: number): Error {
    const code = this.#handles.nameOf(status);
    return Object.assign(new Error(`the connection failed: ${code}`), { code });
  }
}

class AdoptedSocket implements ByteStream {
  readonly #conn: Deno.TcpConn;
  readonly #handle: SocketHandle;
  readonly #writer: Writer;
  #isClosed = false;
  /** The last write had to wait. */
  #isSlow = false;

  constructor(conn: Deno.TcpConn, handle: SocketHandle, writer: Writer) {
    this.#conn = conn;
    this.#handle = handle;
    this.#writer = writer;
  }

  read(into: Uint8Array): Promise<number | null> {
    return this.#conn.read(into);
  }

  write(bytes: Uint8Array): number | Promise<number> {
    if (this.#isClosed) throw new Deno.errors.BadResource("the connection is closed");
    const some = this.#isSlow ? bytes.subarray(0, SLOW_WRITE) : bytes;
    const request = this.#writer.write(this.#handle, some);
    this.#isSlow = request !== undefined;
    if (request === undefined) return some.length;
    return new Promise((resolve, reject) => {
      request.oncomplete = (status) => {
        if (status === 0) resolve(some.length);
        else reject(this.#writer.failure(status));
      };
    });
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#handle.close();
    this.#conn.close();
  }
}
