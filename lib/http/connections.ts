// The HTTP connections of one server: a bounded number, fair between addresses. Each is served in turn.
import type { ByteStream } from "../net/byte_stream.ts";
import { Places, type PlacesLimits } from "../net/turns/places.ts";
import { type Later, Turnstile } from "../net/turns/turnstile.ts";
import { type ConversationOptions, HttpConversation } from "./conversation.ts";

/** A connection to be served. */
export interface Caller extends Omit<ConversationOptions, "answer"> {
  /** What it counts under. */
  readonly network: string;
  /** Makes it ready, as by a handshake. `undefined` where that failed. */
  readonly ready: () => ByteStream | undefined | Promise<ByteStream | undefined>;
  readonly answer: ConversationOptions["answer"];
  /** Closes its socket, whatever is going on over it. Never throws. */
  readonly close: () => void;
  /** Bytes that it is sent instead of being served. */
  readonly instead?: Uint8Array | undefined;
}

/** An open connection: how it ends after what it is answering, or at once, and when it has ended. */
interface Open {
  stop: () => void;
  readonly close: () => void;
  ended: Promise<void>;
}

/** The connections. */
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
   * Serves a connection. Where there is no place, the oldest of the network that holds most is closed for it.
   *
   * @returns Resolves when it has ended, or was given away by an upgrade. Never rejects.
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

  /** Finishes the replies that are being made, and closes all connections. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { stop } of this.#open) stop();
    await Promise.all([...this.#open].map(({ ended }) => ended));
  }

  /** As {@linkcode stop}; after `within` milliseconds those that are left are closed. */
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
