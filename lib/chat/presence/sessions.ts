// All connections of the chat, by their numbers.
import type { Session } from "./session.ts";

/** The sessions of all connections, joined or not, operators' too, in the order in which they came. Some have ended. */
export class Sessions {
  readonly #byId = new Map<number, Session>();

  /** The session of a connection; `undefined` once it is closed. */
  get(id: number): Session | undefined {
    return this.#byId.get(id);
  }

  /** Adds the session of a new connection. */
  add(session: Session): void {
    this.#byId.set(session.id, session);
  }

  /** Forgets a session. */
  delete({ id }: Session): void {
    this.#byId.delete(id);
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#byId.values();
  }
}
