// What an operator may do to the server as a whole. The code that builds the server implements it.
import type { CloseReason } from "../net/peer.ts";
import type { ServerStats } from "../protocol/replies/operator.ts";
import type { TailEvent } from "../protocol/requests/operator.ts";

/** What a reload did, or why it did nothing. */
export interface ReloadReport {
  /** The configuration file that was read, if any. */
  readonly file: string | undefined;
  /** Everything that is wrong; if there is anything, nothing was changed. */
  readonly problems: readonly string[];
  /** What looks wrong but keeps nothing from working. */
  readonly warnings: readonly string[];
  /** Settings that count from now on, such as `limits.burst`. */
  readonly changed: readonly string[];
  /** Settings that differ and count from the next start on. */
  readonly needsRestart: readonly string[];
}

/** How to follow. */
export interface TailOptions {
  readonly events: readonly TailEvent[];
  /** How many of the latest events are told first. */
  readonly recent: number;
}

/** A connection that follows what happens. */
export interface Follower {
  readonly closed: boolean;
  /** Bytes that its outbox holds. */
  readonly queuedBytes: number;
  send(lines: Uint8Array): void;
  close(reason: CloseReason): void;
}

/** Who follows what happens. */
export interface Tail {
  /** Sends events to a connection until it closes. */
  follow(follower: Follower, options: TailOptions): void;
}

/** The server as a whole, in an operator's hands. */
export interface Operations {
  /** How the server is. */
  stats(): ServerStats;
  /** Reopens the log and reads the configuration again. */
  reload(): ReloadReport;
  /** Begins to stop the server; `why` is for the log, `reason` for the users who are online. */
  shutdown(why: string, reason: string | undefined): void;
  /** What happens, as it happens. */
  readonly tail: Tail;
}
