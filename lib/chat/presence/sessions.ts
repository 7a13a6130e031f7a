// All sessions of the chat, by the number of the connection.
import type { Session } from "./session.ts";

/**
 * The sessions of all connections in the order in which they connected: joined or not, operators' too. Some have
 * ended.
 */
export class Sessions {
  readonly #byId = new Map<number, Session>();

  /** Returns the session of a connection; `undefined` once it is closed. */
  get(id: number): Session | undefined {
    return this.#byId.get(id);
  }

  /** Adds the session of a new connection. */
  add(session: Session): void {
    this.#byId.set(session.id, session);
  }

  /** Removes a session. */
  delete({ id }: Session): void {
    this.#byId.delete(id);
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#byId.values();
  }
}
