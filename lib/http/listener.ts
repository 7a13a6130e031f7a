// Listens for HTTP or HTTPS: a bounded number of connections, fair between addresses.
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

/** What a listener needs. */
export interface HttpListenerOptions extends Omit<ConversationOptions, "answer"> {
  readonly host: string;
  /** Port; 0 for any free one. */
  readonly port: number;
  readonly limits: PlacesLimits;
  /** What handshakes need, at the time of each of them. Without it, HTTP. */
  readonly tls?: (() => SecureContext) | undefined;
  readonly answer: (request: HttpRequest, address: string) => HttpReply | Promise<HttpReply>;
  /** Told when accepting failed, as when the process has no file descriptors left; it is tried again. */
  readonly acceptFailed: (error: unknown) => void;
  /** See {@linkcode Turnstile}. */
  readonly later?: Later | undefined;
}

/** A listening socket and the connections it accepted. */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #connections: HttpConnections;
  readonly #entrance: Entrance | undefined;
  readonly #accepting: Promise<void>;
  #closed = false;

  /** Opens the socket. @throws What `Deno.listen` throws, such as `AddrInUse`. */
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

  /** The address it listens on, with the port the system chose. */
  get addr(): Deno.NetAddr {
    return this.#listener.addr as Deno.NetAddr;
  }

  /** Accepts no more, finishes the replies that are being made, and closes all connections. */
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
