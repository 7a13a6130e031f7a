// Whoever asks for a password to be checked or hashed, as the queue and the throttle see them.

/** Who asks for a password to be checked or hashed. */
export interface Requester {
  /** The network that limits and turns count for, as `networkKey` returns it. */
  readonly network: string;
  /** Whether the other end has gone: nobody waits for the answer. */
  readonly gone: () => boolean;
}

/** A command on this machine. */
export const LOCAL_REQUESTER: Requester = { network: "local", gone: () => false };

/** The requester has gone before it was their turn: nothing was checked or hashed. */
export class Abandoned extends Error {
  override readonly name = "Abandoned";

  constructor() {
    super("expected the connection to stay open until its turn, but the other end has gone");
  }
}
