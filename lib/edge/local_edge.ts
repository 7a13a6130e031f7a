// The edge in the process of the core. It owns the connections of this process and shares them without copying.
import type { CloseReason, LineConsumer, Peer } from "../net/peer.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Timers } from "./apart_writer.ts";
import { cutLines } from "./cut.ts";
import { Detour } from "./detour.ts";
import type { Core, Edge, Lines, OpenOptions, Output, TurnOutput } from "./edge.ts";

/** What a local edge works with. */
export interface LocalEdgeParts {
  readonly core: Core;
  readonly timers: Timers;
  /** Needed if there are several edges. */
  readonly name?: string;
  /** Called with events for the log, if the core is elsewhere. It must not throw. */
  readonly observed?: (event: Uint8Array) => void;
}

/** Owns the connections of this process. */
export class LocalEdge implements Edge {
  /** See {@linkcode Edge.name}. */
  readonly name: string;
  readonly #parts: LocalEdgeParts;
  readonly #peers = new Map<number, Peer>();
  /** The connections that receive what everyone receives. */
  readonly #joined = new Set<Peer>();
  // Few connections need one.
  readonly #detours = new Map<number, Detour>();
  /** Called when a connection that has ended was sent its last lines. */
  readonly #whenSent = new Map<number, () => void>();

  constructor(parts: LocalEdgeParts) {
    this.#parts = parts;
    this.name = parts.name ?? "local";
  }

  /** Adds a connection. @returns The consumer of its lines. */
  open(peer: Peer, options: OpenOptions = {}): LineConsumer {
    this.#peers.set(peer.id, peer);
    this.#parts.core.opened(this, peer, options);
    return new LocalConnection(this, peer.id);
  }

  /** The core of the chat. */
  get core(): Core {
    return this.#parts.core;
  }

  /** The bytes that wait to be written to all connections. */
  get queuedBytes(): number {
    let sum = 0;
    for (const { queuedBytes } of this.#peers.values()) sum += queuedBytes;
    return sum;
  }

  /** A connection has ended. @returns Resolves when its last lines were sent. */
  ended(connection: number, reason: CloseReason): Promise<void> {
    const sent = new Promise<void>((resolve) => this.#whenSent.set(connection, resolve));
    this.core.ended(connection, reason);
    return sent;
  }

  /** A connection is closed. */
  closed(connection: number): void {
    const peer = this.#peers.get(connection);
    if (peer === undefined) return;
    this.#peers.delete(connection);
    this.#joined.delete(peer);
    // Without a leader, the core has not ended its wait between lines.
    this.#detours.get(connection)?.hurry();
    this.#detours.delete(connection);
    this.#finish(connection);
    this.core.closed(connection);
  }

  /** See {@linkcode Edge.deliver}. */
  deliver(output: TurnOutput): void {
    for (const each of output) {
      if (each.kind === "lines") {
        this.#handOut(each);
      } else if (each.kind === "observed") {
        this.#parts.observed?.(each.bytes);
      } else {
        const peer = this.#peers.get(each.to);
        if (peer !== undefined) this.#carryOut(each, peer);
      }
    }
  }

  // This loop runs for each recipient of each line. Usually it checks a flag and sends.
  #handOut({ audience, bytes, except, receipt }: Lines): void {
    if (audience !== "everyone" && except === undefined && receipt === undefined) {
      // Usually a private message for one connection.
      for (const id of audience) this.#handPlain(id, bytes);
      return;
    }
    const own = except && new Map(except.map(({ to, places }) => [to, places]));
    const isPlain = this.#detours.size === 0 && receipt === undefined;
    const peers = audience === "everyone" ? this.#joined : this.#peersOf(audience);
    for (const peer of peers) {
      const places = own?.get(peer.id);
      if (isPlain && places === undefined) peer.send(bytes);
      else this.#hand(peer, places === undefined ? bytes : cutLines(bytes, places), receipt);
    }
  }

  #handPlain(id: number, bytes: Uint8Array): void {
    const peer = this.#peers.get(id);
    if (peer === undefined) return;
    if (this.#detours.size === 0) peer.send(bytes);
    else this.#hand(peer, bytes, undefined);
  }

  #peersOf(audience: readonly number[]): Peer[] {
    const peers: Peer[] = [];
    for (const id of audience) {
      const peer = this.#peers.get(id);
      if (peer !== undefined) peers.push(peer);
    }
    return peers;
  }

  #hand(peer: Peer, bytes: Uint8Array, receipt: number | undefined): void {
    if (bytes.length === 0) return;
    const detour = this.#detours.get(peer.id);
    if (detour === undefined) this.#send(peer, bytes, receipt);
    else detour.lines(bytes, receipt);
  }

  #carryOut(output: Exclude<Output, Lines | { kind: "observed" }>, peer: Peer): void {
    const detour = this.#detours.get(peer.id);
    switch (output.kind) {
      case "reply":
        return detour === undefined
          ? this.#send(peer, output.bytes, output.receipt)
          : detour.reply(output.bytes, output.receipt);
      case "about":
        return detour === undefined ? peer.send(output.bytes) : detour.about(output.bytes);
      case "missed":
        return detour === undefined
          ? this.#send(peer, output.bytes, output.receipt)
          : detour.missed(output.bytes, output.receipt);
      case "forget":
        return this.#forget(peer, detour);
      case "apart":
        return this.#detourOf(peer).apart();
      case "hold":
        return this.#detourOf(peer).hold();
      case "release":
        detour?.release(output.sameUser);
        return this.#endDetour(peer, detour);
      case "hurry":
        detour?.hurry();
        return this.#endDetour(peer, detour);
      case "joined":
        this.#joined.add(peer);
        return;
      case "left":
        this.#joined.delete(peer);
        return;
      case "close":
        return peer.close(output.reason);
      case "finish":
        return this.#finish(peer.id);
    }
  }

  #send(peer: Peer, bytes: Uint8Array, receipt: number | undefined): void {
    if (receipt === undefined) return peer.send(bytes);
    peer.send(bytes, () => this.core.taken(peer.id, receipt));
  }

  #forget({ id }: Peer, detour: Detour | undefined): void {
    const receipts = detour?.forget();
    if (receipts !== undefined) this.core.forgotten(id, receipts);
  }

  #detourOf(peer: Peer): Detour {
    const known = this.#detours.get(peer.id);
    if (known !== undefined) return known;
    const send = (bytes: Uint8Array, receipt?: number) => this.#send(peer, bytes, receipt);
    const detour = new Detour({ peer, send, timers: this.#parts.timers });
    this.#detours.set(peer.id, detour);
    return detour;
  }

  #endDetour({ id }: Peer, detour: Detour | undefined): void {
    if (detour?.isOver) this.#detours.delete(id);
  }

  #finish(connection: number): void {
    this.#whenSent.get(connection)?.();
    this.#whenSent.delete(connection);
  }
}

/** Passes the lines of one connection to the core, with its number. */
class LocalConnection implements LineConsumer {
  readonly #edge: LocalEdge;
  readonly #id: number;

  constructor(edge: LocalEdge, id: number) {
    this.#edge = edge;
    this.#id = id;
  }

  line(text: string, readAt: number): void | Promise<void> {
    return this.#edge.core.line(this.#id, text, readAt);
  }

  overlong(error: ProtocolError): void {
    this.#edge.core.overlong(this.#id, error);
  }

  metrics(): void | Promise<void> {
    return this.#edge.core.metrics(this.#id);
  }

  ended(reason: CloseReason): Promise<void> {
    return this.#edge.ended(this.#id, reason);
  }

  closed(): void {
    this.#edge.closed(this.#id);
  }
}
