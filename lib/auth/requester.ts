// The connection that asks for a password to be checked or hashed, as the queue and the throttle see it.

/**
 * What is left of a connection: one that has hung up sends nothing more, and may or may not wait for its
 * answer; a closed one does not.
 */
export type Presence = "connected" | "hung_up" | "closed";

/** A connection, or a command, that asks for a password to be checked or hashed. */
export interface Requester {
  /** The network that limits and turns count for, as `networkKey` returns it. */
  readonly network: string;
  /** Whether the other end still waits for the answer. */
  readonly presence: () => Presence;
}

/** A command on this machine. */
export const LOCAL_REQUESTER: Requester = { network: "local", presence: () => "connected" };

/** The requester was gone before its turn: nothing was checked or hashed. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";

  constructor() {
    super("expected the connection to stay open until its turn, but the other end has gone");
  }
}
