// The core as the edge of a node sees it: the leader, or a stand-in while the node is cut off from its cluster.
import type { ConnectionView, Core, Edge, EdgeAct, OpenOptions } from "../../edge/edge.ts";
import type { CloseReason } from "../../net/peer.ts";
import type { ProtocolError } from "../../protocol/errors.ts";
import type { FarCore } from "./far_core.ts";
import type { ArrivedLine } from "./line_intake.ts";

/** Serves the connections of a node that is cut off. Its answers are not in the log: it changes nothing. */
export interface StandIn extends Pick<Core, "line" | "overlong" | "closed"> {
  /** A connection was accepted. */
  opened(connection: ConnectionView, options: OpenOptions): void;
}

/**
 * Passes everything on to the leader, except lines while there is a stand-in. Lines from before that may still be done
 * later. What happens to connections is told to both.
 */
export class CoveredCore implements Core {
  readonly #core: FarCore;
  /** The last line of each connection that was taken back from the leader and is not served yet. */
  readonly #takenBack = new Map<number, Promise<void>>();
  #standIn: StandIn | undefined;
  #only: ReadonlySet<number> | undefined;

  constructor(core: FarCore) {
    this.#core = core;
  }

  /** Begins to use a stand-in, or ends it. @param only The connections that it serves. By default it serves all. */
  cover(standIn: StandIn | undefined, only?: ReadonlySet<number>): void {
    this.#standIn = standIn;
    this.#only = only;
    // The stand-in answers connections that have much on its way to the leader.
    if (standIn !== undefined) { for (const known of this.#core.open) known.resume(); }
  }

  /** Lets the stand-in serve the lines that the leader cannot have, before later ones. */
  takeBack(): void {
    const covered = this.#core.open.filter(({ view }) => this.#only?.has(view.id) ?? true);
    this.#core.takeBack(covered, (line) => this.#serveLater(line));
  }

  /** Whether all lines that were taken back are served. */
  get isServed(): boolean {
    return this.#takenBack.size === 0;
  }

  #coreOf(connection: number): Pick<Core, "line" | "overlong"> {
    const isCovered = this.#only?.has(connection) ?? true;
    return (isCovered ? this.#standIn : undefined) ?? this.#core;
  }

  async #serveLater({ connection, text, readAt }: ArrivedLine): Promise<void> {
    const before = this.#takenBack.get(connection);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#takenBack.set(connection, promise);
    try {
      await before;
      await this.#coreOf(connection).line(connection, text, readAt);
    } finally {
      if (this.#takenBack.get(connection) === promise) this.#takenBack.delete(connection);
      resolve();
    }
  }

  /** See {@linkcode Core.opened}. */
  opened(edge: Edge, connection: ConnectionView, options: OpenOptions): void {
    this.#core.opened(edge, connection, options);
    this.#standIn?.opened(connection, options);
  }

  /** See {@linkcode Core.line}. */
  line(connection: number, text: string, readAt: number): void | Promise<void> {
    if (this.#takenBack.has(connection)) return this.#serveLater({ connection, text, readAt });
    return this.#coreOf(connection).line(connection, text, readAt);
  }

  /** See {@linkcode Core.overlong}. */
  overlong(connection: number, error: ProtocolError): void {
    this.#coreOf(connection).overlong(connection, error);
  }

  /** See {@linkcode Core.metrics}. */
  metrics(connection: number): void | Promise<void> {
    return this.#core.metrics(connection);
  }

  /** See {@linkcode Core.acted}. */
  acted(connection: number, act: EdgeAct): void {
    this.#core.acted(connection, act);
  }

  /** See {@linkcode Core.taken}. */
  taken(connection: number, receipt: number): void {
    this.#core.taken(connection, receipt);
  }

  /** See {@linkcode Core.forgotten}. */
  forgotten(connection: number, receipts: readonly number[]): void {
    this.#core.forgotten(connection, receipts);
  }

  /** See {@linkcode Core.ended}. */
  ended(connection: number, reason: CloseReason): void {
    this.#core.ended(connection, reason);
  }

  /** See {@linkcode Core.closed}. */
  closed(connection: number): void {
    this.#core.closed(connection);
    this.#standIn?.closed(connection);
  }
}
