// The server side of TLS over an accepted TCP connection. Unlike `Deno.listenTls`, it can start after a PROXY header,
// and each connection can use another certificate.
import { Buffer } from "node:buffer";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { ByteDuplex } from "./byte_duplex.ts";
import type { ByteStream } from "../byte_stream.ts";

/** A certificate with its chain, and its private key, as PEM text. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** Prepares a certificate for handshakes. @throws An error if the certificate or its key cannot be used. */
export function secureContext({ cert, key }: KeyPair): SecureContext {
  return createSecureContext({ cert, key, minVersion: "TLSv1.2" });
}

/**
 * Does the TLS handshake as the server.
 *
 * @param stream The encrypted stream. The result owns and closes it. Closing it earlier ends the handshake.
 * @returns The decrypted stream.
 * @throws The error of a handshake that failed. The stream is then closed.
 */
export async function acceptTls(stream: ByteStream, context: SecureContext): Promise<ByteStream> {
  const wire = new ByteDuplex(stream);
  const socket = new TLSSocket(wire as never, { isServer: true, secureContext: context });
  const secured = new TlsStream(socket);
  const left = () => socket.destroy();
  // If the client leaves during the handshake, nothing else destroys the socket.
  wire.once("end", left);
  await secured.ready;
  wire.off("end", left);
  return secured;
}

/** A TLS socket as a byte stream. */
class TlsStream implements ByteStream {
  /** Settles once the handshake succeeds or fails. */
  readonly ready: Promise<void>;
  readonly #socket: TLSSocket;
  #failure: Error | undefined;
  #wake: () => void = () => {};

  constructor(socket: TLSSocket) {
    this.#socket = socket;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    const ended = () => {
      const failure = this.#failure ?? new Error("the client left during the handshake");
      reject(failure);
      this.#wake();
    };
    socket.once("secure", resolve);
    // The listener must stay: an error event without a listener ends the process.
    socket.on("error", (error: Error) => {
      this.#failure ??= error;
      socket.destroy();
      ended();
    });
    socket.on("close", ended);
    socket.on("end", () => this.#wake());
    socket.on("readable", () => this.#wake());
  }

  async read(into: Uint8Array): Promise<number | null> {
    for (;;) {
      const socket = this.#socket;
      const size = Math.min(into.length, socket.readableLength);
      const bytes: Buffer | null = size === 0 ? null : socket.read(size);
      if (bytes !== null) {
        into.set(bytes);
        return bytes.length;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (socket.readableEnded) return null;
      if (socket.destroyed) throw new Error("the connection is closed");
      // Makes Node read more bytes, and emit "end" if the stream has ended.
      socket.read(0);
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  write(bytes: Uint8Array): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, (error) => {
        if (error) reject(error);
        else resolve(bytes.length);
      });
    });
  }

  closeWrite(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.once("close", () => reject(new Error("the connection is closed")));
      this.#socket.end(resolve);
    });
  }

  close(): void {
    this.#socket.destroy();
  }
}
