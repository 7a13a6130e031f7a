// The states of all sessions of the cluster, as the batches of the log have brought them. Every node keeps them, because
// it may lead next.

/** The states of sessions by the number of the connection. */
export class SessionTable {
  readonly #states = new Map<number, Uint8Array>();

  /** The number of sessions. */
  get size(): number {
    return this.#states.size;
  }

  /** Takes the states of a batch. An empty one removes the session. */
  apply(states: Iterable<readonly [connection: number, state: Uint8Array]>): void {
    for (const [connection, state] of states) {
      // A copy, because the array is a view of the whole batch.
      if (state.length > 0) this.#states.set(connection, state.slice());
      else this.#states.delete(connection);
    }
  }

  /** Returns all states, in the order in which the sessions began. */
  list(): [connection: number, state: Uint8Array][] {
    return [...this.#states];
  }
}
