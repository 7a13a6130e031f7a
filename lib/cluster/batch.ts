// What the nodes of a cluster share: the batches of the log, and the log itself.
import type { TurnOutput } from "../edge/edge.ts";

/** A node that begins to lead. Its batch is the first of its run. */
export interface Lead {
  /** The name of the node. */
  readonly node: string;
  /** The run of the node: each start of the process has its own. */
  readonly run: string;
}

/** What the leader ends a turn with. All nodes receive all batches in the same order. */
export interface Batch {
  /** Present if the node begins to lead with this batch. */
  readonly lead?: Lead;
  /** The run of the leader that appended the batch. */
  readonly run: string;
  /** Counts the batches of the run, from 1. */
  readonly turn: number;
  /** When the turn ended, in milliseconds since 1970 on the clock of the leader. */
  readonly at: number;
  /** The changes of the database, as `Capture` takes them and `Copy` applies them. Empty if nothing changed. */
  readonly changeset: Uint8Array;
  /** What the turn causes at each edge, by the name of the edge. */
  readonly outputs: readonly (readonly [edge: string, output: TurnOutput])[];
  /**
   * The number of the last event that the core has finished, for each connection that has new ones. Edges send later
   * events again to the next leader.
   */
  readonly done: readonly (readonly [connection: number, upTo: number])[];
  /** Edges that the leader has given up, each with the session that has ended: see `edges/frames`. */
  readonly lost?: readonly (readonly [edge: string, session: number])[];
  /** The new state of sessions that changed, by the number of the connection. */
  readonly states: readonly (readonly [connection: number, state: Uint8Array])[];
  /** What the chat has counted of wrong passwords, as texts of its own, so that the next leader goes on with it. */
  readonly guesses?: readonly string[];
  /**
   * The new state of users without a connection whom the chat keeps, by a number that the leader has given them. An
   * empty one: the user has come back or is gone.
   */
  readonly absent?: readonly (readonly [user: number, state: Uint8Array])[];
}

/** A place in a log. */
export interface LogPlace {
  /** The identity of the log. A log that was made anew has another one. */
  readonly log: string;
  /** The sequence of the last batch that was read; 0 before the first. */
  readonly sequence: number;
}

/** Receives a batch. The next one follows when its promise is resolved. If it throws, following fails. */
export type OnBatch = (batch: Batch, sequence: number) => void | Promise<void>;

/** Reads a log, batch after batch. */
export interface Follower {
  /** The sequence of the last batch that `onBatch` has finished. */
  readonly sequence: number;
  /**
   * Resolves after {@linkcode stop}.
   *
   * Rejects with {@linkcode LogGone} if batches after the place are missing, or with the error of `onBatch`.
   */
  readonly ended: Promise<void>;
  /** Stops. Resolves when `onBatch` has finished. */
  stop(): Promise<void>;
}

/** The one order of all batches. */
export interface Log {
  /** The identity of this log. */
  readonly identity: string;
  /**
   * Appends a batch behind the last one that this object has appended or read. Only one append may be in flight.
   *
   * @returns The sequence of the batch, once a quorum has it.
   * @throws {Deposed} If another node has appended since. The batch is not in the log.
   * @throws {LogGone} If the log was emptied or made anew.
   */
  append(batch: Batch): Promise<number>;
  /** Reads the batches after a place in order, without a hole, first those that exist and then each new one. */
  follow(from: LogPlace, onBatch: OnBatch): Follower;
}

/** Another node has appended to the log: this node does not lead any more. */
export class Deposed extends Error {
  override readonly name = "Deposed";
}

/** The log does not have what this node needs of it. The message says what to do. */
export class LogGone extends Error {
  override readonly name: string = "LogGone";
}

/** The log does not go back as far. When the node starts again, it gets a copy. */
export class NeedsCopy extends LogGone {
  override readonly name = "NeedsCopy";
}
