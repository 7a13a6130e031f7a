// A list of users for a reply. Its text is written once, because many clients request it every few seconds.
import type { UsersReply } from "../../protocol/replies/presence.ts";
import { write, type Written } from "../../protocol/replies/write.ts";
import type { User } from "./session.ts";

/** The state of a user who has set none. */
export const ONLINE = "online";

type WrittenListing = { readonly [M in "users" | "states"]: Written<UsersReply[M]> };

/** A list of users for a reply. */
export class Listing {
  /** The names, sorted. */
  readonly names: readonly string[];
  /** The states other than `online`, by name. */
  readonly states: Readonly<Record<string, string>>;
  #written: WrittenListing | undefined;

  /**
   * @param sorted The users, sorted by their keys.
   * @param users The same users, in the order in which to list their states.
   */
  constructor(sorted: readonly User[], users: Iterable<User>) {
    this.names = sorted.map(({ name }) => name);
    // An object without a prototype, because `__proto__` is an allowed name.
    const states: Record<string, string> = Object.create(null);
    for (const { name, state } of users) if (state !== ONLINE) states[name] = state;
    this.states = states;
  }

  /** The members of a `users` reply as JSON, written once: many clients request the list every few seconds. */
  get written(): WrittenListing {
    return this.#written ??= { users: write(this.names), states: write(this.states) };
  }
}
