// Listens for HTTP or HTTPS connections. Their number is bounded, and networks share it fairly.
import type { SecureContext } from "node:tls";
import { acceptAll } from "../net/accept_loop.ts";
import { networkKey, normalizeAddress } from "../net/address.ts";
import type { Arrival } from "../net/arrival.ts";
import { Entrance } from "../net/entrance/entrance.ts";
import { Places, type PlacesLimits } from "../net/turns/places.ts";
import { type Later, Turnstile } from "../net/turns/turnstile.ts";
import { type ConversationOptions, HttpConversation, type HttpReply } from "./conversation.ts";
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

/** An open connection: a function that closes it after the reply in progress, and a promise of its end. */
interface Open {
  stop: () => void;
  ended: Promise<void>;
}

/** A listening socket and its connections. */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #places: Places;
  readonly #entrance: Entrance | undefined;
  readonly #turnstile: Turnstile;
  readonly #accepting: Promise<void>;
  readonly #open = new Set<Open>();
  #closed = false;

  /** Opens the socket. @throws The error of `Deno.listen`, such as `AddrInUse`. */
  constructor(options: HttpListenerOptions) {
    const { host, port, limits, tls, acceptFailed, later } = options;
    this.#options = options;
    this.#turnstile = new Turnstile(later);
    this.#places = new Places(limits);
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
    for (const { stop } of this.#open) stop();
    await Promise.all([...this.#open].map(({ ended }) => ended));
  }

  #take(wire: Deno.TcpConn): void {
    const { hostname, port } = wire.remoteAddr;
    const address = normalizeAddress(hostname);
    const close = () => closeQuietly(wire);
    const open: Open = { stop: close, ended: Promise.resolve() };
    // Closing the socket ends all activity on it.
    const leave = this.#places.take(networkKey(address), close);
    this.#open.add(open);
    open.ended = this.#serve(open, { stream: wire, wire, peer: { id: 0, address, port } })
      .finally(() => {
        close();
        leave();
        this.#open.delete(open);
      });
  }

  async #serve(open: Open, accepted: Arrival): Promise<void> {
    const arrival = this.#entrance ? await this.#entrance.secure(accepted) : accepted;
    if (arrival === undefined || this.#closed) return;
    const { address } = arrival.peer;
    const conversation = new HttpConversation(arrival.stream, {
      ...this.#options,
      answer: async (request) => {
        await this.#turnstile.pass(networkKey(address));
        return await this.#options.answer(request, address);
      },
    });
    open.stop = () => conversation.stop();
    await conversation.run();
  }
}

function closeQuietly(wire: Deno.TcpConn): void {
  try {
    wire.close();
  } catch {
    // It is closed already.
  }
}
