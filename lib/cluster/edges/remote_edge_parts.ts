// What a remote edge needs from the leader: the core, turns, admission, and sessions of earlier leaders.
import type { ConnectionView, Core, Edge, OpenOptions, Output } from "../../edge/edge.ts";
import type { Turns } from "../../net/turns/turns.ts";

/** A connection that the leader does not admit. */
export interface Refusal {
  /** The lines that tell its client why. */
  readonly lines: Uint8Array;
  /** Why it is closed. */
  readonly reason: "banned" | "client";
}

/** What decides on connections of all nodes together. */
export interface Admitting {
  /** Counts a connection, or reports and returns why it is refused. */
  readonly admit: (view: ConnectionView) => Refusal | undefined;
  /** Counts a connection that was admitted before. It stays, even over a limit. */
  readonly restore: (view: ConnectionView) => void;
  /** Counts out a connection that was admitted. */
  readonly release: (view: ConnectionView) => void;
}

/** What all remote edges of a leader work with. */
export interface RemoteEdgeParts {
  readonly core: Core;
  readonly turns: Pick<Turns, "free" | "run">;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** Adds output for an edge to the turn. */
  readonly add: (edge: Edge, output: Output) => void;
  /** Notes that the events of a connection up to a number are done, with the effects of this turn. */
  readonly done: (connection: number, upTo: number) => void;
  readonly admitting?: Admitting | undefined;
  /** Restores the session of a connection that an earlier leader had. */
  readonly restore: (edge: Edge, view: ConnectionView, known: Known) => void;
}

/** A connection that an earlier leader had. */
export interface Known {
  readonly options: OpenOptions;
  /** The state of its session, as JSON. */
  readonly state: string;
  /** Whether its edge was given up meanwhile, so that its session has ended and others know. */
  readonly isBack: boolean;
}
