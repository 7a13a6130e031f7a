// Users whose last connection has ended and who may come back within seconds, as when a page is loaded again. The others
// are told that a user has left only if the user does not come back.
import type { User } from "./session.ts";

/** What the lingering is made with. */
export interface LingeringParts {
  /** Runs something after some milliseconds. @returns A function that calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
  /** Seconds that a user lingers; 0 is not at all. Read at every use. */
  readonly settings: { readonly lingerSeconds: number };
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

  /** Whether the settings allow it. */
  get isOn(): boolean {
    return this.#parts.settings.lingerSeconds > 0;
  }

  /** How many linger. */
  get size(): number {
    return this.#stays.size;
  }

  /** A user lingers. @param depart Takes the user out when the time is over. */
  begin(user: User, depart: () => void): void {
    const milliseconds = this.#parts.settings.lingerSeconds * 1000;
    const cancel = this.#parts.after(milliseconds, () => this.end(user));
    this.#stays.set(user, { cancel, depart });
  }

  /** A user has a connection again. */
  returned(user: User): void {
    this.#stays.get(user)?.cancel();
    this.#stays.delete(user);
  }

  /** Takes out a user who lingers, now. */
  end(user: User): void {
    const stay = this.#stays.get(user);
    if (stay === undefined) return;
    this.returned(user);
    stay.depart();
  }

  /** The server stops: nobody comes back. */
  clear(): void {
    for (const { cancel } of this.#stays.values()) cancel();
    this.#stays.clear();
  }
}
