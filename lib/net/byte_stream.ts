// What carries a connection: TCP, TLS, a Unix socket, or anything else with two halves.

/** A stream of bytes in both directions, such as `Deno.TcpConn`. */
export interface ByteStream {
  /** Reads what has come. @returns How many bytes, or `null` once the other end has closed its half. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes. @returns How many: at once where the system takes them at once. */
  write(bytes: Uint8Array): number | Promise<number>;
  /** Closes this half. */
  closeWrite(): Promise<void>;
  /** Closes both halves at once. */
  close(): void;
  /** Reads without a buffer that waits; see {@linkcode ByteInput}. Only some streams can. */
  receive?(receiver: ByteReceiver, most: number): void;
}

/** Gets what a stream brings. */
export interface ByteReceiver {
  /** @param bytes What has come, the receiver's own; `null` once the other end has closed its half. */
  received(bytes: Uint8Array | null): void;
  /** Reading failed, or the stream was closed. */
  receiveFailed(error: unknown): void;
}

/** The reading half of a stream, by callbacks: ten thousand idle connections each hold what a read holds. */
export interface ByteInput {
  /**
   * Asks for the next bytes. The receiver is called once, never before this has returned.
   *
   * @param most Bytes that are read at most.
   */
  receive(receiver: ByteReceiver, most: number): void;
}
