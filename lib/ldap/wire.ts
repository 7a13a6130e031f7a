// Connects to a directory: TCP, then TLS at once (ldaps) or after StartTLS.
import { checkMessage, OPERATION, resultCode } from "./ber.ts";
import type { Server } from "./settings.ts";
import { CheckedStream, close, readOne, writeAll } from "./stream.ts";

/** What a connection needs. */
export interface WireOptions {
  /** The certificates of authorities to trust besides the public ones, as PEM. */
  readonly ca: string | undefined;
  /** Ends the connection. */
  readonly signal: AbortSignal;
}

/** StartTLS is refused, or the certificate is not accepted. */
export class TlsFailed extends Error {
  override readonly name = "TlsFailed";
}

// An extended request with the id 1 for the operation 1.3.6.1.4.1.1466.20037.
const START_TLS = Uint8Array.of(
  ...[0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16],
  ...new TextEncoder().encode("1.3.6.1.4.1.1466.20037"),
);

/** Connects. @throws If the server cannot be reached, or TLS fails. */
export async function openWire(server: Server, options: WireOptions): Promise<CheckedStream> {
  const { host: hostname, port, security } = server;
  const { signal } = options;
  const tcp = await Deno.connect({ hostname, port, signal });
  // Otherwise each small request waits for the acknowledgement of the one before.
  tcp.setNoDelay(true);
  let conn: Deno.Conn = tcp;
  const end = () => close(conn);
  signal.addEventListener("abort", end);
  try {
    signal.throwIfAborted();
    if (security === "starttls") await startTls(conn);
    if (security !== "none") {
      const caCerts = options.ca === undefined ? [] : [options.ca];
      const secured = await Deno.startTls(tcp, { hostname, caCerts });
      conn = secured;
      await secured.handshake().catch((error) => {
        signal.throwIfAborted();
        throw new TlsFailed(`TLS failed: ${error.message}`, { cause: error });
      });
    }
    signal.throwIfAborted();
  } catch (error) {
    signal.removeEventListener("abort", end);
    close(conn);
    throw error;
  }
  const stream = new CheckedStream(conn);
  signal.removeEventListener("abort", end);
  const destroy = () => void stream.destroy();
  signal.addEventListener("abort", destroy);
  stream.once("close", () => signal.removeEventListener("abort", destroy));
  return stream;
}

// Nothing may follow the reply in clear: it would be read as if it had come over TLS.
async function startTls(conn: Deno.Conn): Promise<void> {
  await writeAll(conn, START_TLS);
  const { operation, message } = checkMessage(await readOne(conn));
  const code = operation === OPERATION.extended ? resultCode(message) : -1;
  if (code !== 0) throw new TlsFailed(`the server refuses StartTLS (result ${code})`);
}
