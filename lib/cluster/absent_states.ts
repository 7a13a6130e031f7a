// Follows the users without a connection whom the leader keeps, so that each batch has those that have changed.
import type { User } from "../chat/presence/session.ts";
import { absentStateOf, restoreAbsent } from "../chat/restoring/absent_state.ts";
import type { Services } from "../chat/services.ts";
import type { Batch } from "./batch.ts";

// Most states that one batch repeats.
const REPEATED_AT_ONCE = 100;
const GONE = new Uint8Array(0);

/** A user as the log has it. */
interface Known {
  readonly number: number;
  readonly state: string;
}

/** The states of a leader's absent users. */
export class AbsentStates {
  readonly #services: Services;
  readonly #known = new Map<User, Known>();
  #last = 0;
  #repeated: User[] = [];

  constructor(services: Services) {
    this.#services = services;
  }

  /** Whether {@linkcode take} has more to repeat. */
  get hasMore(): boolean {
    return this.#repeated.length > 0;
  }

  /** Restores a user whose state the log has. */
  restore(number: number, bytes: Uint8Array): void {
    const state = new TextDecoder().decode(bytes);
    this.#last = Math.max(this.#last, number);
    this.#known.set(restoreAbsent(JSON.parse(state), this.#services), { number, state });
  }

  /** Repeats all states, for a node that has not read the log from the beginning. */
  repeatAll(): void {
    this.#repeated = [...this.#known.keys()];
  }

  /** Takes the states that have changed since the last call. */
  take(): NonNullable<Batch["absent"]> {
    // Otherwise, another leader would reserve their names again.
    this.#services.guestTokens.forgetExpired();
    const repeated = new Set(this.#repeated.splice(0, REPEATED_AT_ONCE));
    const states: [number, Uint8Array][] = [];
    for (const user of new Set([...this.#services.sessions.takeTouchedUsers(), ...repeated])) {
      const known = this.#known.get(user);
      const kept = absentStateOf(user, this.#services);
      if (kept === undefined) {
        if (known !== undefined) states.push([known.number, GONE]);
        this.#known.delete(user);
        continue;
      }
      const state = JSON.stringify(kept);
      if (state === known?.state && !repeated.has(user)) continue;
      const number = known?.number ?? ++this.#last;
      this.#known.set(user, { number, state });
      states.push([number, new TextEncoder().encode(state)]);
    }
    return states;
  }
}
