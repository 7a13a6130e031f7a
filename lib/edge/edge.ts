// What an edge and the core tell each other. An edge owns connections and knows no chat; the core (`lib/chat`) is the
// chat and knows no sockets. All of it names connections by number and could be sent to another process.
import type { CloseReason, PeerInfo } from "../net/peer.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Place } from "./cut.ts";

/** What the core knows of a connection. An edge in another process keeps a copy of it at the core. */
export interface ConnectionView extends PeerInfo {
  /** Bytes that were sent and not yet taken by the operating system. */
  readonly queuedBytes: number;
  /** Whether the connection has ended or is about to. */
  readonly closed: boolean;
  /** Whether the other end has closed its half while a request of it was being served. */
  readonly hungUp?: boolean;
  /** When a byte last came from it, or it connected, on the clock of `performance.now()`. */
  readonly heardAt: number;
}

/** Who hears some lines: the connections that have joined, or those of some numbers. */
export type Audience = "everyone" | readonly number[];

/** A connection that hears only some of the lines that its audience hears. */
export interface Exception {
  readonly to: number;
  /** What is left out for it, in order. */
  readonly places: readonly Place[];
}

/** Lines that others caused. They wait where the connection is held. */
export interface Lines {
  readonly kind: "lines";
  readonly audience: Audience;
  /** Whole lines. They are shared and must not be changed. */
  readonly bytes: Uint8Array;
  readonly except?: readonly Exception[];
  /** Reported for each connection once the operating system has taken the lines. */
  readonly receipt?: number;
}

/** Something for one connection. */
export type Output =
  | Lines
  /** Lines that answer the connection. */
  | { readonly kind: "reply"; readonly to: number; readonly bytes: Uint8Array }
  /** Lines about the user it speaks for: they are dropped where it is held and then released as another user. */
  | { readonly kind: "about"; readonly to: number; readonly bytes: Uint8Array }
  /** Lines that the connection has missed. They do not wait where it is held. */
  | {
    readonly kind: "missed";
    readonly to: number;
    readonly bytes: Uint8Array;
    readonly receipt?: number;
  }
  /** Drops the missed lines that wait to be written apart, and reports that. */
  | { readonly kind: "forget"; readonly to: number }
  /** From now on the missed lines of the connection are written one by one. */
  | { readonly kind: "apart"; readonly to: number }
  /** Keeps back what others cause, so that the reply is the next line. */
  | { readonly kind: "hold"; readonly to: number }
  /** Sends what was kept back. */
  | { readonly kind: "release"; readonly to: number; readonly sameUser: boolean }
  /** The connection has joined: it hears what everyone hears. */
  | { readonly kind: "joined"; readonly to: number }
  /** It has left the chat. */
  | { readonly kind: "left"; readonly to: number }
  /** Sends what was kept back or waits to be written apart: the connection is about to end. */
  | { readonly kind: "hurry"; readonly to: number }
  /** Writes out what was sent, then ends the connection. */
  | { readonly kind: "close"; readonly to: number; readonly reason: CloseReason }
  /** The answer to {@linkcode Core.ended}: the connection has been sent all that it gets. */
  | { readonly kind: "finish"; readonly to: number };

/** What the core causes at one edge in one turn, in order. */
export type TurnOutput = readonly Output[];

/** An edge, as the core sees it. */
export interface Edge {
  /** Tells edges apart. */
  readonly name: string;
  /** Carries out what a turn caused. Never throws; what is for connections that are gone has no effect. */
  deliver(output: TurnOutput): void;
}

/** How a connection came. */
export interface OpenOptions {
  /** The name of the operator at the other end, empty if it is not known; not given for anybody else. */
  readonly operator?: string;
}

/** The core, as an edge sees it. The numbers of connections are unique among all edges. */
export interface Core {
  /** A connection was accepted. */
  opened(edge: Edge, connection: ConnectionView, options: OpenOptions): void;
  /** See {@linkcode LineConsumer.line}. */
  line(connection: number, text: string, readAt: number): void | Promise<void>;
  /** See {@linkcode LineConsumer.overlong}. */
  overlong(connection: number, error: ProtocolError): void;
  /** See {@linkcode LineConsumer.metrics}. */
  metrics(connection: number): void | Promise<void>;
  /** The operating system has taken lines that had a receipt. */
  taken(connection: number, receipt: number): void;
  /** Missed lines were dropped, with these receipts, as the core had asked. */
  forgotten(connection: number, receipts: readonly number[]): void;
  /** See {@linkcode LineConsumer.ended}. */
  ended(connection: number, reason: CloseReason): void;
  /** See {@linkcode LineConsumer.closed}: nothing more is reported of the connection. */
  closed(connection: number): void;
}
