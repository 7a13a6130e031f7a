// Describes the connection that asks to check or hash a password, for the queue and the throttle.

/**
 * The state of a connection. The client of a half-closed connection (`hung_up`) sends nothing more, but may wait for
 * the reply.
 */
export type Presence = "connected" | "hung_up" | "closed";

/** A connection or a command that asks to check or hash a password. */
export interface Requester {
  /** The network for limits and turns, as returned by `networkKey`. */
  readonly network: string;
  /** Whether the client may still wait for the reply. */
  readonly presence: () => Presence;
}

/** A command on this machine. */
export const LOCAL_REQUESTER: Requester = { network: "local", presence: () => "connected" };

/** The connection closed before its turn. Nothing was checked or hashed. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";

  constructor() {
    super("expected the connection to stay open until its turn, but the other end has gone");
  }
}
