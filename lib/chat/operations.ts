// What operators may do to the server as a whole. The code that builds the server implements it.
import type { CloseReason } from "../net/peer.ts";
import type { ServerStats } from "../protocol/replies/operator.ts";
import type { TailEvent } from "../protocol/requests/operator.ts";

/** The result of a reload. */
export interface ReloadReport {
  /** The configuration file that was read, if any. */
  readonly file: string | undefined;
  /** All errors. If there are any, nothing was changed. */
  readonly problems: readonly string[];
  /** Problems that keep nothing from working. */
  readonly warnings: readonly string[];
  /** Settings that were changed and apply now, such as `limits.burst`. */
  readonly changed: readonly string[];
  /** Settings that were changed and apply after a restart. */
  readonly needsRestart: readonly string[];
}

/** Which events to follow. */
export interface TailOptions {
  readonly events: readonly TailEvent[];
  /** How many of the latest events to send first. */
  readonly recent: number;
}

/** A connection that follows events. */
export interface Follower {
  readonly closed: boolean;
  /** Bytes that wait in its outbox. */
  readonly queuedBytes: number;
  send(lines: Uint8Array): void;
  close(reason: CloseReason): void;
}

/** The source of events for followers. */
export interface Tail {
  /** Sends events to a connection until it closes. */
  follow(follower: Follower, options: TailOptions): void;
}

/** The server as a whole, as operators control it. */
export interface Operations {
  /** Returns the figures of the server. */
  stats(): ServerStats;
  /** Reopens the log and reads the configuration again. */
  reload(): ReloadReport;
  /** Starts the shutdown; `why` is for the log, `reason` for the users who are online. */
  shutdown(why: string, reason: string | undefined): void;
  /** The events as they happen. */
  readonly tail: Tail;
}
