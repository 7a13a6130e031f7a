// Users who linger: their last connection has ended, but they may come back within seconds, for example by reloading
// the page. Other users are told that a user has left only if the user does not come back in time.
import type { User } from "./session.ts";

/** What {@linkcode Lingering} works with. */
export interface LingeringParts {
  /** Runs a function after some milliseconds. @returns A function that cancels it. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  /** How long a user lingers, in seconds; 0 means not at all. Read at each use. */
  readonly settings: { readonly lingerSeconds: number };
  /** Called when a user begins or ceases to linger. */
  readonly changed?: (user: User) => void;
}

interface Stay {
  readonly cancel: () => void;
  readonly depart: () => void;
}

/** The users who linger. They stay in the roster, without a connection. */
export class Lingering {
  readonly #parts: LingeringParts;
  readonly #stays = new Map<User, Stay>();

  constructor(parts: LingeringParts) {
    this.#parts = parts;
  }

  /** Whether the settings let users linger. */
  get isOn(): boolean {
    return this.#parts.settings.lingerSeconds > 0;
  }

  /** The number of users who linger. */
  get size(): number {
    return this.#stays.size;
  }

  /** Whether a user lingers. */
  has(user: User): boolean {
    return this.#stays.has(user);
  }

  /** Makes a user linger. @param depart Removes the user from the chat when the time is over. */
  begin(user: User, depart: () => void): void {
    const milliseconds = this.#parts.settings.lingerSeconds * 1000;
    const cancel = this.#parts.after(milliseconds, () => this.end(user));
    this.#stays.set(user, { cancel, depart });
    this.#parts.changed?.(user);
  }

  /** Called when a user has a connection again. */
  returned(user: User): void {
    this.#stays.get(user)?.cancel();
    if (this.#stays.delete(user)) this.#parts.changed?.(user);
  }

  /** Removes a user who lingers from the chat at once. */
  end(user: User): void {
    const stay = this.#stays.get(user);
    if (stay === undefined) return;
    this.returned(user);
    stay.depart();
  }

  /** Cancels all timers. Called when the server stops. */
  clear(): void {
    for (const { cancel } of this.#stays.values()) cancel();
    this.#stays.clear();
  }
}
