// The interface of a byte stream that carries a connection: TCP, TLS, a Unix socket or another transport.

/** A stream of bytes in both directions, such as `Deno.TcpConn`. */
export interface ByteStream {
  /** Waits for bytes and reads them. @returns Their number; `null` once the other end has closed its sending half. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes at least one of the bytes. @returns Their number; no promise if the system accepts them at once. */
  write(bytes: Uint8Array): number | Promise<number>;
  /** Closes the sending half. */
  closeWrite(): Promise<void>;
  /** Closes both halves at once. */
  close(): void;
}
