// The interfaces between a connection and the chat. They are the same for every transport.
import type { ProtocolError } from "../protocol/errors.ts";

/** What the log and the metrics need to know about the other end of a connection. */
export interface PeerInfo {
  /** Number of the connection since the server started, from 1. */
  readonly id: number;
  /** Remote address. An IPv4-mapped IPv6 address is written as IPv4. */
  readonly address: string;
  /** Remote port; 0 if the transport has no ports. */
  readonly port: number;
  /** Whether the client came over TLS, so that nobody on the network can read the data. */
  readonly secure?: boolean;
}

/** The offences that close a connection. fail2ban counts them. */
export const OFFENCES = ["malformed_lines", "line_too_long", "flooding"] as const;

/** The offences that are only reported: wrong codes of invitations after too many others. */
export const REPORTED_OFFENCES = ["guessing_invites"] as const;

/** One of {@linkcode OFFENCES} or {@linkcode REPORTED_OFFENCES}. */
export type Offence = typeof OFFENCES[number] | typeof REPORTED_OFFENCES[number];

/** The reasons for the end of a connection. */
export const CLOSE_REASONS = [
  "client", // the client closed it, or its network did
  "error", // reading or writing failed, as when the other end reset it
  "timeout", // its other end has vanished: it answers nothing any more
  "unjoined", // it did not join within the allowed time
  "slow_consumer", // its outbox passed its bound, or it took nothing of it for two minutes
  "metrics", // it was a GET_METRICS request
  "web", // it carries HTTP or a TLS handshake, and the web server took it over
  "shutdown", // the server stops
  "kicked", // a moderator or an operator ended it
  "banned", // its user or its address is banned
  "signed_out", // its user signed it out from elsewhere, or a newer connection of its tab replaced it
  "proxy_header", // it began with a PROXY header, and is no trusted proxy's
  ...OFFENCES,
] as const;

/** One of {@linkcode CLOSE_REASONS}. */
export type CloseReason = typeof CLOSE_REASONS[number];

/** The sending half of a connection. The chat uses it to send lines and to close the connection. */
export interface Peer extends PeerInfo {
  /** Bytes that were sent but that the operating system has not yet accepted. */
  readonly queuedBytes: number;
  /** Bytes that the operating system has accepted so far. */
  readonly takenBytes: number;
  /** Whether the connection has ended or is ending: lines that are sent now are lost. */
  readonly closed: boolean;
  /** Whether the other end has closed its sending half while one of its requests was being served. */
  readonly hungUp?: boolean;
  /** When the last byte arrived, or else the time of connecting, in milliseconds of `performance.now()`. */
  readonly heardAt: number;
  /**
   * Queues whole lines. Never blocks and never throws. If the client reads too slowly, the connection ends.
   *
   * @param written Called when the operating system has accepted all of them; never called if the connection
   * ends before.
   */
  send(lines: Uint8Array, written?: () => void): void;
  /** Writes the queued lines, then ends the connection. */
  close(reason: CloseReason): void;
}

/** The receiving half of a connection. The connection calls it for each line and at its end. */
export interface LineConsumer {
  /**
   * Serves one whole line. The connection calls it again only after it has returned or its promise has settled.
   *
   * @param readAt When the last bytes of the line were read, in milliseconds of `performance.now()`.
   */
  line(text: string, readAt: number): void | Promise<void>;
  /** Called for a line longer than the limit. The consumer must close the connection: no further line is served. */
  overlong(error: ProtocolError): void;
  /** Called if the first line of the connection is `GET_METRICS`. */
  metrics(): void | Promise<void>;
  /** Called when the connection ends and no line follows. @returns A promise if lines for it are still to be sent. */
  ended(reason: CloseReason): void | Promise<void>;
  /** The last call: the connection is closed, and all lines sent to it are written or discarded. */
  closed?(): void;
}
