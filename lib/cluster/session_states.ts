// Follows the states of the sessions of a leader, so that each batch has those that have changed.
import { stateOf } from "../chat/restoring/session_state.ts";
import type { Services } from "../chat/services.ts";
import type { Batch } from "./batch.ts";
import { encodeState } from "./edges/described_state.ts";
import type { RemoteEdges } from "./edges/remote_edges.ts";

// Most states that one batch repeats for a node that has joined.
const REPEATED_AT_ONCE = 100;
const ENDED = new Uint8Array(0);

/** The states of a leader's sessions. */
export class SessionStates {
  readonly #services: Services;
  /** The states that the log has, as JSON. */
  readonly #known = new Map<number, string>();
  #repeated: number[] = [];

  constructor(services: Services) {
    this.#services = services;
  }

  /** Whether {@linkcode take} has more to repeat. */
  get hasMore(): boolean {
    return this.#repeated.length > 0;
  }

  /** The log has the state of a session already. */
  know(connection: number, state: string): void {
    this.#known.set(connection, state);
  }

  /** Repeats all states, for a node that has not read the log from the beginning. */
  repeatAll(): void {
    this.#repeated = [...this.#known.keys()];
  }

  /** Takes the states that have changed since the last call. @param served The connections that were served. */
  take(served: Iterable<number>, edges: Pick<RemoteEdges, "describe">): Batch["states"] {
    const { sessions } = this.#services;
    const repeated = new Set(this.#repeated.splice(0, REPEATED_AT_ONCE));
    const states: [number, Uint8Array][] = [];
    const take = (connection: number) => {
      const before = this.#known.get(connection);
      const described = edges.describe(connection);
      const session = described && sessions.get(connection);
      if (session === undefined) {
        if (this.#known.delete(connection)) states.push([connection, ENDED]);
        return;
      }
      const state = JSON.stringify(stateOf(session, this.#services));
      if (state === before && !repeated.has(connection)) return;
      this.#known.set(connection, state);
      states.push([connection, encodeState({ ...described!, state })]);
    };
    // A message that one connection of a user has received changes the states of the others.
    let due = new Set([...sessions.takeTouched(), ...served, ...repeated]);
    for (; due.size > 0; due = new Set(sessions.takeTouched())) due.forEach(take);
    return states;
  }
}
