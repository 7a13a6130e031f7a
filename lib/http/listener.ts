// Listens for HTTP or HTTPS connections. Their number is bounded, and networks share it fairly.
import type { SecureContext } from "node:tls";
import { acceptAll } from "../net/accept_loop.ts";
import { networkKey, normalizeAddress } from "../net/address.ts";
import type { Arrival } from "../net/arrival.ts";
import type { ByteStream } from "../net/byte_stream.ts";
import { Entrance } from "../net/entrance/entrance.ts";
import type { PlacesLimits } from "../net/turns/places.ts";
import type { Later } from "../net/turns/turnstile.ts";
import { HttpConnections } from "./connections.ts";
import type { ConversationOptions, HttpReply } from "./conversation.ts";
import type { HttpRequest } from "./head.ts";

/** Options of a listener. */
export interface HttpListenerOptions extends Omit<ConversationOptions, "answer"> {
  readonly host: string;
  /** The port; 0 for any free port. */
  readonly port: number;
  readonly limits: PlacesLimits;
  /** Returns the context for each TLS handshake. Without this, the listener serves plain HTTP. */
  readonly tls?: (() => SecureContext) | undefined;
  readonly answer: (request: HttpRequest, address: string) => HttpReply | Promise<HttpReply>;
  /** Called when accepting fails, for example because file descriptors have run out. The listener tries again. */
  readonly acceptFailed: (error: unknown) => void;
  /** See {@linkcode Turnstile}. */
  readonly later?: Later | undefined;
}

/** A listening socket and its connections. */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #connections: HttpConnections;
  readonly #entrance: Entrance | undefined;
  readonly #accepting: Promise<void>;
  #closed = false;

  /** Opens the socket. @throws The error of `Deno.listen`, such as `AddrInUse`. */
  constructor(options: HttpListenerOptions) {
    const { host, port, limits, tls, acceptFailed, later } = options;
    this.#options = options;
    this.#connections = new HttpConnections(limits, later);
    this.#entrance = tls && new Entrance({ tls, passed() {}, later });
    this.#listener = Deno.listen({ hostname: host, port });
    this.#accepting = acceptAll({
      listener: this.#listener,
      take: (wire) => this.#take(wire),
      isClosed: () => this.#closed,
      failed: acceptFailed,
    });
  }

  /** The address it listens on, with the port that the system chose. */
  get addr(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
  }

  /** Stops accepting, finishes the replies in progress, and closes all connections. */
  async stop(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#listener.close();
    }
    await this.#accepting;
    await this.#connections.stop();
  }

  #take(wire: Deno.TcpConn): void {
    const { hostname, port } = wire.remoteAddr;
    const address = normalizeAddress(hostname);
    this.#connections.take({
      ...this.#options,
      network: networkKey(address),
      ready: () => this.#secure({ stream: wire, wire, peer: { id: 0, address, port } }),
      answer: (request) => this.#options.answer(request, address),
      close: () => closeQuietly(wire),
    });
  }

  async #secure(accepted: Arrival): Promise<ByteStream | undefined> {
    if (this.#entrance === undefined) return accepted.stream;
    const secured = await this.#entrance.secure(accepted);
    return secured?.stream;
  }
}

function closeQuietly(wire: Deno.TcpConn): void {
  try {
    wire.close();
  } catch {
    // It is closed already.
  }
}
