// A connection as the chat sees it, whatever transport carries it.
import type { ProtocolError } from "../protocol/errors.ts";

/** Who is at the other end of a connection, as far as log and metrics need to know. */
export interface PeerInfo {
  /** Number of the connection since the server started, from 1. */
  readonly id: number;
  /** Remote address, IPv4-mapped IPv6 written as IPv4. */
  readonly address: string;
  /** Remote port; 0 where the transport has none. */
  readonly port: number;
  /** Whether nobody between here and the other end can read along: it came over TLS. */
  readonly secure?: boolean;
}

/** What closes a connection for bad behaviour; fail2ban counts these. */
export const OFFENCES = ["malformed_lines", "line_too_long", "flooding"] as const;

/** One of {@linkcode OFFENCES}. */
export type Offence = typeof OFFENCES[number];

/** Why a connection ended. */
export const CLOSE_REASONS = [
  "client", // the client closed it, or its network did
  "error", // reading or writing failed, as when the other end reset it
  "timeout", // its other end has vanished: it answers nothing any more
  "unjoined", // it did not join within the allowed time
  "slow_consumer", // its outbox passed its bound, or it took nothing of it for two minutes
  "metrics", // it was a GET_METRICS request
  "web", // it brings HTTP, or a TLS handshake: it has gone on elsewhere
  "shutdown", // the server stops
  "kicked", // a moderator or an operator ended it
  "banned", // its user or its address is banned
  "signed_out", // its user ended it from elsewhere, or a newer connection of its tab took its place
  "proxy_header", // it began with a PROXY header, and is no trusted proxy's
  ...OFFENCES,
] as const;

/** One of {@linkcode CLOSE_REASONS}. */
export type CloseReason = typeof CLOSE_REASONS[number];

/** The sending half of a connection, and its end. */
export interface Peer extends PeerInfo {
  /** Bytes that were sent and not yet taken by the operating system. */
  readonly queuedBytes: number;
  /** Whether the connection has ended or is about to: what is sent now reaches nobody. */
  readonly closed: boolean;
  /** Whether the other end has closed its half while a request of it was being served. */
  readonly hungUp?: boolean;
  /** When a byte last came from it, or it connected, on the clock of `performance.now()`. */
  readonly heardAt: number;
  /**
   * Queues whole lines. Never blocks, never throws; past the outbox's bound the connection ends.
   *
   * @param written Told when the operating system has taken all of them; never if the connection ends
   * before.
   */
  send(lines: Uint8Array, written?: () => void): void;
  /** Writes out what is queued, then ends the connection. */
  close(reason: CloseReason): void;
}

/** The receiving half: what the chat does with what a connection brings. */
export interface LineConsumer {
  /**
   * One whole line. The next one comes when this has returned, or its promise has settled.
   *
   * @param readAt When its last bytes were read, on the clock of `performance.now()`.
   */
  line(text: string, readAt: number): void | Promise<void>;
  /** A line passed the limit. The connection is to be closed: nothing after it can be trusted. */
  overlong(error: ProtocolError): void;
  /** The connection began with `GET_METRICS`. */
  metrics(): void | Promise<void>;
  /** The connection has ended: no line follows. @returns A promise where it is still to be sent something. */
  ended(reason: CloseReason): void | Promise<void>;
  /** The connection is closed, and what was sent to it is written or thrown away: the last call. */
  closed?(): void;
}
