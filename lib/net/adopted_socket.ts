// The socket of an accepted connection as a byte stream that writes at once and holds no buffer while nothing comes.
import { LARGE_READ } from "./byte_input.ts";
import type { ByteReceiver, ByteStream } from "./byte_stream.ts";
import type { SocketHandle, SocketHandles, WriteRequest } from "./socket_handles.ts";

/** Makes a byte stream of an accepted connection, which belongs to the stream from now on. */
export type Adopt = (conn: Deno.TcpConn) => ByteStream;

// The bytes of a write count as taken when all of them are: a slow peer shows progress by small ones.
const WRITE_BYTES = 16 * 1024;
const SMALL_READ = 4 * 1024;

/**
 * Makes what adopts sockets.
 *
 * An adopted socket has two descriptors until it is closed: the connection's own, and that of the handle. Closing the
 * connection earlier would shut the socket down.
 *
 * @param handles Where they are missing, connections stay as they are.
 */
export function createAdopt(handles: SocketHandles | undefined): Adopt {
  if (handles === undefined) return (conn) => conn;
  const shared = new Shared(handles);
  return (conn) => {
    const handle = handles.open(conn);
    return handle === undefined ? conn : new AdoptedSocket(conn, handle, shared);
  };
}

/** What all sockets use by turns: each is done with it before it returns. */
class Shared {
  readonly handles: SocketHandles;
  readonly small = new Uint8Array(SMALL_READ);
  readonly large = new Uint8Array(LARGE_READ);
  #request: WriteRequest;

  constructor(handles: SocketHandles) {
    this.handles = handles;
    this.#request = handles.createRequest();
  }

  /** @returns The request, if the bytes have to wait; it is the caller's. */
  write(handle: SocketHandle, bytes: Uint8Array): WriteRequest | undefined {
    const request = this.#request;
    const status = handle.writeBuffer(request, bytes);
    if (status !== 0) throw this.failure(status);
    if (!this.handles.isWaiting()) return undefined;
    this.#request = this.handles.createRequest();
    return request;
  }

  failure(status: number): Error {
    const code = this.handles.nameOf(status);
    return Object.assign(new Error(`the connection failed: ${code}`), { code });
  }
}

function onread(this: SocketHandle): void {
  this.owner?.came();
}

class AdoptedSocket implements ByteStream {
  readonly #conn: Deno.TcpConn;
  readonly #handle: SocketHandle;
  readonly #shared: Shared;
  #receiver: ByteReceiver | undefined;
  #buffer: Uint8Array | undefined;
  #isReading = false;
  #isClosed = false;
  /** Why nothing comes any more; `null` after the end. */
  #over: Error | null | undefined;

  constructor(conn: Deno.TcpConn, handle: SocketHandle, shared: Shared) {
    this.#conn = conn;
    this.#handle = handle;
    this.#shared = shared;
    handle.owner = this;
    handle.onread = onread;
  }

  receive(receiver: ByteReceiver, most: number): void {
    this.#receiveInto(most < LARGE_READ ? this.#shared.small : this.#shared.large, receiver);
  }

  read(into: Uint8Array): Promise<number | null> {
    return new Promise((resolve, reject) =>
      this.#receiveInto(into, {
        received: (bytes) => resolve(bytes === null ? null : bytes.length),
        receiveFailed: reject,
      })
    );
  }

  write(bytes: Uint8Array): number | Promise<number> {
    const some = bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes;
    if (this.#isClosed) return Promise.reject(closedError());
    const request = this.#shared.write(this.#handle, some);
    if (request === undefined) return some.length;
    return new Promise((resolve, reject) => {
      request.oncomplete = (status) => {
        if (status === 0) resolve(some.length);
        else reject(this.#shared.failure(status));
      };
    });
  }

  closeWrite(): Promise<void> {
    return this.#conn.closeWrite();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#isReading = false;
    this.#handle.close();
    this.#over = closedError();
    if (this.#receiver !== undefined) this.#tellOver();
    this.#conn.close();
  }

  /** Something was read into the buffer, or nothing more will be. */
  came(): void {
    const count = this.#shared.handles.lastRead();
    const receiver = this.#receiver;
    if (count === 0 || receiver === undefined) return;
    this.#receiver = undefined;
    if (count > 0) {
      receiver.received(this.#buffer!.slice(0, count));
    } else {
      this.#over = this.#shared.handles.isEnd(count) ? null : this.#shared.failure(count);
      this.#tell(receiver, this.#over);
    }
    // Without a receiver, what comes next would be lost.
    if (this.#receiver === undefined && this.#isReading) this.#stop();
  }

  #receiveInto(buffer: Uint8Array, receiver: ByteReceiver): void {
    this.#receiver = receiver;
    if (this.#over !== undefined) return this.#tellOver();
    if (this.#buffer !== buffer) this.#handle.useUserBuffer(buffer);
    this.#buffer = buffer;
    if (this.#isReading) return;
    const status = this.#handle.readStart();
    this.#isReading = status === 0;
    if (status === 0) return;
    this.#over = this.#shared.failure(status);
    this.#tellOver();
  }

  #tellOver(): void {
    queueMicrotask(() => {
      const receiver = this.#receiver;
      this.#receiver = undefined;
      if (receiver !== undefined) this.#tell(receiver, this.#over!);
    });
  }

  #tell(receiver: ByteReceiver, over: Error | null): void {
    if (over === null) receiver.received(null);
    else receiver.receiveFailed(over);
  }

  #stop(): void {
    this.#isReading = false;
    this.#handle.readStop();
  }
}

function closedError(): Error {
  return new Deno.errors.BadResource("the connection is closed");
}
