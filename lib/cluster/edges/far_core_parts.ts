// What a far core works with.
import type { Core } from "../../edge/edge.ts";

/** Milliseconds between two signs of life of an edge. */
export const BEAT_MS = 1_000;

/** What a far core works with. */
export interface FarCoreParts {
  /** The name of the edge. */
  readonly name: string;
  /** A monotonic clock, the one of `ConnectionView.heardAt`, and timers. */
  readonly clock: {
    readonly now: () => number;
    readonly after: (milliseconds: number, run: () => void) => () => void;
  };
  /** Runs a function once everything that could be read in this turn of the event loop has been read. */
  readonly soon: (run: () => void) => void;
  /** Sends a frame to the leader of a run. It may be lost. */
  readonly send: (run: string, frame: Uint8Array) => void;
  /** See `Frame.stored`. By default the node always needs all batches. */
  readonly stored?: () => number;
  /**
   * Called when the leader has given this edge up: its users have missed what others said since. The connections of users
   * are forsaken, and have to be closed. By default they come back, with that gap.
   */
  readonly lost?: () => void;
  /** Answers `GET_METRICS` of a connection. */
  readonly metrics?: Core["metrics"];
  /** Maximum of bytes on their way to the leader. */
  readonly inflowBytes?: number;
}
