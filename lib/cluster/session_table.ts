// The states of all sessions of the cluster, and of users without one, as the batches of the log have brought them.
// Every node keeps them, because it may lead next.
import type { Batch } from "./batch.ts";

/** States by number. */
type Numbered = [number: number, state: Uint8Array];

/** The states of sessions by the number of the connection, and those of absent users by theirs. */
export class SessionTable {
  readonly #sessions = new Map<number, Uint8Array>();
  readonly #absent = new Map<number, Uint8Array>();

  /** The number of sessions. */
  get size(): number {
    return this.#sessions.size;
  }

  /** Takes the states of a batch. An empty one removes the session or the user. */
  apply({ states, absent = [] }: Pick<Batch, "states" | "absent">): void {
    put(this.#sessions, states);
    put(this.#absent, absent);
  }

  /** Returns the states of all sessions, in the order in which they began. */
  list(): Numbered[] {
    return [...this.#sessions];
  }

  /** Returns the states of all absent users, in the order in which they left. */
  listAbsent(): Numbered[] {
    return [...this.#absent];
  }
}

function put(into: Map<number, Uint8Array>, states: Batch["states"]): void {
  for (const [number, state] of states) {
    // A copy, because the array is a view of the whole batch.
    if (state.length > 0) into.set(number, state.slice());
    else into.delete(number);
  }
}
