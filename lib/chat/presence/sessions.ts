// All sessions of the chat, by the number of the connection.
import type { Session, User } from "./session.ts";

/**
 * The sessions of all connections in the order in which they connected: joined or not, operators' too. Some have
 * ended.
 */
export class Sessions {
  readonly #byId = new Map<number, Session>();
  readonly #touched: Set<number> | undefined;
  readonly #touchedUsers: Set<User> | undefined;

  /** @param notesChanges Whether {@linkcode takeTouched} and {@linkcode takeTouchedUsers} are used. */
  constructor(notesChanges = false) {
    this.#touched = notesChanges ? new Set() : undefined;
    this.#touchedUsers = notesChanges ? new Set() : undefined;
  }

  /** Returns the session of a connection; `undefined` once it is closed. */
  get(id: number): Session | undefined {
    return this.#byId.get(id);
  }

  /** Adds the session of a new connection. */
  add(session: Session): void {
    this.#byId.set(session.id, session);
    this.#touched?.add(session.id);
  }

  /** Removes a session. */
  delete({ id }: Session): void {
    this.#byId.delete(id);
    this.#touched?.add(id);
  }

  /** Notes that what a session knows may have changed, other than by a request of its own connection. */
  touch(sessions: Iterable<Session>): void {
    if (this.#touched === undefined) return;
    for (const { id } of sessions) this.#touched.add(id);
  }

  /** Notes that what the chat knows of a user may have changed. The user may have no connection. */
  touchUser(user: User): void {
    this.touch(user.sessions);
    this.#touchedUsers?.add(user);
  }

  /** Takes the users that were touched by {@linkcode touchUser} since the last call. */
  takeTouchedUsers(): User[] {
    const touched = [...this.#touchedUsers ?? []];
    this.#touchedUsers?.clear();
    return touched;
  }

  /** Takes the numbers of the sessions that were added, touched or removed since the last call. */
  takeTouched(): number[] {
    const touched = [...this.#touched ?? []];
    this.#touched?.clear();
    return touched;
  }

  [Symbol.iterator](): Iterator<Session> {
    return this.#byId.values();
  }
}
