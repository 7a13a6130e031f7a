// Raised hands, in the order in which they were raised. They are kept in memory only.
import type { User } from "../presence/session.ts";

/** A raised hand. */
export interface Hand {
  readonly user: User;
  /** 1 is the first. */
  readonly place: number;
  /** When it was raised, in milliseconds since 1970. */
  readonly since: number;
}

/** The raised hands. A hand stays up until it is lowered or its user has left the chat. */
export class Hands {
  // In the order of raising.
  readonly #raised = new Map<User, number>();

  /** The number of raised hands. */
  get size(): number {
    return this.#raised.size;
  }

  /** Raises a hand. If it is up already, it keeps its place. @returns Whether it was down. */
  raise(user: User, now: number): boolean {
    if (this.#raised.has(user)) return false;
    this.#raised.set(user, now);
    return true;
  }

  /** Returns when the hand of a user was raised; `undefined` if it is down. */
  sinceOf(user: User): number | undefined {
    return this.#raised.get(user);
  }

  /** A hand was up under another leader. */
  restore(user: User, since: number): void {
    this.#raised.set(user, since);
    const inOrder = [...this.#raised].sort(([, a], [, b]) => a - b);
    this.#raised.clear();
    for (const [each, at] of inOrder) this.#raised.set(each, at);
  }

  /** Lowers a hand. @returns The hands behind it, with their new places; `undefined` if it was down. */
  lower(user: User): Hand[] | undefined {
    const place = this.placeOf(user);
    if (place === undefined) return undefined;
    this.#raised.delete(user);
    return this.list().slice(place - 1);
  }

  /** Lowers all hands. @returns Their users. */
  lowerAll(): User[] {
    const users = [...this.#raised.keys()];
    this.#raised.clear();
    return users;
  }

  /** Returns the place of a hand; `undefined` if it is down. */
  placeOf(user: User): number | undefined {
    if (!this.#raised.has(user)) return undefined;
    let place = 0;
    for (const each of this.#raised.keys()) {
      place++;
      if (each === user) break;
    }
    return place;
  }

  /** Lists the raised hands in order. */
  list(): Hand[] {
    let place = 0;
    return this.#raised.entries().map(([user, since]) => ({ user, place: ++place, since }))
      .toArray();
  }

  /** Returns the places of all raised hands. */
  places(): Map<User, number> {
    return new Map(this.list().map(({ user, place }) => [user, place]));
  }
}
