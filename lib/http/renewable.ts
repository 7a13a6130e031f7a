// Serves HTTP or HTTPS, and goes on with another certificate without cutting anybody off.
import type { KeyPair } from "../net/tls_stream.ts";

/** What is served, and where. */
export interface RenewableOptions {
  readonly host: string;
  /** Port; 0 for any free one. */
  readonly port: number;
  /** The certificate in force at the time; without it, HTTP. */
  readonly certificate?: (() => KeyPair) | undefined;
  readonly handler: Deno.ServeHandler<Deno.NetAddr>;
}

/** A server that listens. */
export interface Listening {
  readonly addr: Deno.NetAddr;
  /**
   * Listens anew, with the certificate that is in force now. What is being answered is answered.
   *
   * @throws What keeps it from listening; {@linkcode renew} may be tried again.
   */
  renew(): Promise<void>;
  /** Finishes what it is answering and stops. */
  stop(): Promise<void>;
}

const TRIES = 50;
const RETRY_MS = 100;

/** Starts serving. @throws What `Deno.serve` throws, such as `AddrInUse`. */
export function serveRenewably(options: RenewableOptions): Listening {
  let server: Deno.HttpServer<Deno.NetAddr> | undefined = serve(options, options.port);
  const { addr } = server;
  const retired = new Set<Promise<void>>();
  let stopped = false;

  function retire(): void {
    if (server === undefined) return;
    const ended = server.shutdown();
    retired.add(ended);
    ended.finally(() => retired.delete(ended));
    server = undefined;
  }

  return {
    addr,
    async renew() {
      retire();
      for (let tries = 1; server === undefined && !stopped; tries++) {
        // The old listener lets go of the port in the next turn of the event loop.
        await pause(tries === 1 ? 0 : RETRY_MS);
        if (stopped || server !== undefined) return;
        try {
          server = serve(options, addr.port);
        } catch (error) {
          if (tries === TRIES) throw error;
        }
      }
    },
    async stop() {
      stopped = true;
      retire();
      await Promise.all(retired);
    },
  };
}

function serve(
  { host, certificate, handler }: RenewableOptions,
  port: number,
): Deno.HttpServer<Deno.NetAddr> {
  const address = { hostname: host, port, onListen() {} };
  if (certificate === undefined) return Deno.serve(address, handler);
  const { cert, key } = certificate();
  return Deno.serve({ ...address, cert, key }, handler);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
