// Listens for HTTP or HTTPS: a bounded number of connections, fair between addresses.
import type { SecureContext } from "node:tls";
import { acceptAll } from "../net/accept_loop.ts";
import { networkKey, normalizeAddress } from "../net/address.ts";
import type { Arrival } from "../net/arrival.ts";
import { Entrance } from "../net/entrance/entrance.ts";
import { Places, type PlacesLimits } from "../net/turns/places.ts";
import { type Later, Turnstile } from "../net/turns/turnstile.ts";
import { type ConversationOptions, HttpConversation, type HttpReply } from "./conversation.ts";
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

/** An open connection: how it ends after what it is answering, and when it has ended. */
interface Open {
  stop: () => void;
  ended: Promise<void>;
}

/** A listening socket and the connections it accepted. */
export class HttpListener {
  readonly #options: HttpListenerOptions;
  readonly #listener: Deno.TcpListener;
  readonly #places: Places;
  readonly #entrance: Entrance | undefined;
  readonly #turnstile: Turnstile;
  readonly #accepting: Promise<void>;
  readonly #open = new Set<Open>();
  #closed = false;

  /** Opens the socket. @throws What `Deno.listen` throws, such as `AddrInUse`. */
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
    for (const { stop } of this.#open) stop();
    await Promise.all([...this.#open].map(({ ended }) => ended));
  }

  #take(wire: Deno.TcpConn): void {
    const { hostname, port } = wire.remoteAddr;
    const address = normalizeAddress(hostname);
    const close = () => closeQuietly(wire);
    const open: Open = { stop: close, ended: Promise.resolve() };
    // Closing the socket ends whatever is going on over it.
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
