// What carries a connection: TCP, TLS, a Unix socket, or anything else with two halves.

/** A stream of bytes in both directions, such as `Deno.TcpConn`. */
export interface ByteStream {
  /** Reads what has come. @returns How many bytes, or `null` once the other end has closed its half. */
  read(into: Uint8Array): Promise<number | null>;
  /** Writes some of the bytes, at least one. @returns How many: at once if the system takes them at once. */
  write(bytes: Uint8Array): number | Promise<number>;
  /** Closes this half. */
  closeWrite(): Promise<void>;
  /** Closes both halves at once. */
  close(): void;
}
