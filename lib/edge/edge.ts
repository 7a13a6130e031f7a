// The interface between an edge and the core. An edge owns connections and knows no chat; the core (`lib/chat`) is
// the chat and knows no sockets. Both name connections by number, so they could run in different processes.
import type { CloseReason, PeerInfo } from "../net/peer.ts";
import type { ProtocolError } from "../protocol/errors.ts";
import type { Place } from "./cut.ts";

/** What the core knows of a connection. The core keeps a copy if the edge is in another process. */
export interface ConnectionView extends PeerInfo {
  /** Bytes that were sent but not yet taken by the operating system. */
  readonly queuedBytes: number;
  /** Bytes that the operating system has taken so far. */
  readonly takenBytes: number;
  /** Whether the connection has ended or is being closed. */
  readonly closed: boolean;
  /** Whether the client has closed its half while a request was being served. */
  readonly hungUp?: boolean;
  /** When the last byte arrived, or the connection was opened, on the clock of `performance.now()`. */
  readonly heardAt: number;
}

/** Who receives some lines: all connections that have joined, or the connections with these numbers. */
export type Audience = "everyone" | readonly number[];

/** A connection that receives only some of the lines of its audience. */
export interface Exception {
  readonly to: number;
  /** The parts to leave out, in order. */
  readonly places: readonly Place[];
}

/** Lines that other users caused. They wait while the connection is held. */
export interface Lines {
  readonly kind: "lines";
  readonly audience: Audience;
  /** Whole lines. They are shared and must not be changed. */
  readonly bytes: Uint8Array;
  readonly except?: readonly Exception[];
  /** Reported for each connection when the operating system has taken the lines. */
  readonly receipt?: number;
}

/** An output of the core. All kinds but `lines` are for one connection. */
export type Output =
  | Lines
  /** Lines that reply to the connection. */
  | {
    readonly kind: "reply";
    readonly to: number;
    readonly bytes: Uint8Array;
    readonly receipt?: number;
  }
  /** Lines about its user. They are dropped if the connection is held and then released with another user. */
  | { readonly kind: "about"; readonly to: number; readonly bytes: Uint8Array }
  /** Lines that the connection has missed. They do not wait while it is held. */
  | {
    readonly kind: "missed";
    readonly to: number;
    readonly bytes: Uint8Array;
    readonly receipt?: number;
  }
  /** Drops the missed lines that wait to be written one by one, and reports their receipts. */
  | { readonly kind: "forget"; readonly to: number }
  /** Writes missed lines of the connection one by one from now on. */
  | { readonly kind: "apart"; readonly to: number }
  /** Holds back lines from other users, so that the reply is the next line. */
  | { readonly kind: "hold"; readonly to: number }
  /** Sends what was held back. */
  | { readonly kind: "release"; readonly to: number; readonly sameUser: boolean }
  /** The connection has joined and receives what everyone receives. */
  | { readonly kind: "joined"; readonly to: number }
  /** The connection has left the chat. */
  | { readonly kind: "left"; readonly to: number }
  /** Sends what was held back or waits to be written one by one, because the connection is about to end. */
  | { readonly kind: "hurry"; readonly to: number }
  /** Writes out what was sent, then closes the connection. */
  | { readonly kind: "close"; readonly to: number; readonly reason: CloseReason }
  /** The answer to {@linkcode Core.ended}: nothing more will be sent to the connection. */
  | { readonly kind: "finish"; readonly to: number }
  /** An event of the connection for the log of its edge. The connection may have ended. */
  | { readonly kind: "observed"; readonly to: number; readonly bytes: Uint8Array };

/** What the core causes at one edge in one turn, in order. */
export type TurnOutput = readonly Output[];

/** An edge, as the core sees it. */
export interface Edge {
  /** The unique name of the edge. */
  readonly name: string;
  /** Carries out the output of a turn. It never throws. Output for connections that have ended is ignored. */
  deliver(output: TurnOutput): void;
}

/** How a connection was opened. */
export interface OpenOptions {
  /** The name of the operator, empty if it is not known. Missing for all other connections. */
  readonly operator?: string;
  /** Whether the connection can only carry lines, as a WebSocket. */
  readonly bringsLines?: boolean;
}

/** What an operator does at an edge itself, so that the core does not see it. */
export const EDGE_ACTIONS = ["reload", "shutdown", "cluster_forget", "cluster_step_down"] as const;

/** An action of an operator at an edge, for the audit log. */
export interface EdgeAct {
  readonly action: typeof EDGE_ACTIONS[number];
  readonly target?: string | undefined;
  readonly reason?: string | undefined;
}

/** The core, as an edge sees it. The numbers of connections are unique across all edges. */
export interface Core {
  /** A connection was accepted. */
  opened(edge: Edge, connection: ConnectionView, options: OpenOptions): void;
  /** See {@linkcode LineConsumer.line}. */
  line(connection: number, text: string, readAt: number): void | Promise<void>;
  /** See {@linkcode LineConsumer.overlong}. */
  overlong(connection: number, error: ProtocolError): void;
  /** See {@linkcode LineConsumer.metrics}. */
  metrics(connection: number): void | Promise<void>;
  /** The operator of a connection has acted at the edge. */
  acted(connection: number, act: EdgeAct): void;
  /** The operating system has taken lines that had a receipt. */
  taken(connection: number, receipt: number): void;
  /** Missed lines with these receipts were dropped, as the core had asked. */
  forgotten(connection: number, receipts: readonly number[]): void;
  /** See {@linkcode LineConsumer.ended}. */
  ended(connection: number, reason: CloseReason): void;
  /** See {@linkcode LineConsumer.closed}. Nothing more is reported of the connection. */
  closed(connection: number): void;
}
