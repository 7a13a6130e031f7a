// Serves the HTTP connections of one server. Their number is limited and shared fairly between networks, whose requests
// take turns.
import type { ByteStream } from "../net/byte_stream.ts";
import { Places, type PlacesLimits } from "../net/turns/places.ts";
import { type Later, Turnstile } from "../net/turns/turnstile.ts";
import { type ConversationOptions, HttpConversation } from "./conversation.ts";

/** A connection to serve. */
export interface Caller extends Omit<ConversationOptions, "answer"> {
  /** The network that the connection counts under. */
  readonly network: string;
  /** Makes the connection ready, for example by a TLS handshake. @returns `undefined` if that failed. */
  readonly ready: () => ByteStream | undefined | Promise<ByteStream | undefined>;
  readonly answer: ConversationOptions["answer"];
  /** Closes the socket at once, even during a request. Never throws. */
  readonly close: () => void;
  /** Bytes to send to the client instead of serving it. */
  readonly instead?: Uint8Array | undefined;
}

/** An open connection. `stop` closes it after the reply in progress, `close` at once. `ended` resolves after that. */
interface Open {
  stop: () => void;
  readonly close: () => void;
  ended: Promise<void>;
}

/** The open connections of a server. */
export class HttpConnections {
  readonly #places: Places;
  readonly #turnstile: Turnstile;
  readonly #open = new Set<Open>();
  #isStopped = false;

  /** @param later See {@linkcode Turnstile}. */
  constructor(limits: PlacesLimits, later: Later | undefined) {
    this.#places = new Places(limits);
    this.#turnstile = new Turnstile(later);
  }

  /**
   * Serves a connection. If no place is free, the network that holds the most loses its oldest connection.
   *
   * @returns A promise that resolves when the connection has ended or an upgrade has taken its stream. Never rejects.
   */
  take(caller: Caller): Promise<void> {
    const { network, close } = caller;
    const open: Open = { stop: close, close, ended: Promise.resolve() };
    const leave = this.#places.take(network, close);
    this.#open.add(open);
    open.ended = this.#serve(open, caller).catch(close).finally(() => {
      leave();
      this.#open.delete(open);
    });
    return open.ended;
  }

  /** Finishes the replies in progress, then closes all connections. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { stop } of this.#open) stop();
    await Promise.all([...this.#open].map(({ ended }) => ended));
  }

  /** Like {@linkcode stop}, but closes the remaining connections after `within` milliseconds. */
  async finish(within: number): Promise<void> {
    const cut = setTimeout(() => {
      for (const { close } of this.#open) close();
    }, within);
    await this.stop();
    clearTimeout(cut);
  }

  async #serve(open: Open, caller: Caller): Promise<void> {
    const stream = await caller.ready();
    if (stream === undefined || this.#isStopped) return caller.close();
    const conversation = new HttpConversation(stream, {
      ...caller,
      answer: async (request) => {
        await this.#turnstile.pass(caller.network);
        return await caller.answer(request);
      },
    });
    open.stop = () => conversation.stop();
    if (caller.instead === undefined) await conversation.run();
    else await conversation.turnAway(caller.instead);
  }
}
