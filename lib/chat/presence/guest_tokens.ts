// Tokens of guests: for two minutes after its connection ends, a guest can come back under its name. Nothing of them
// is on the disk.
import type { Mute } from "../../store/sanctions.ts";
import type { User } from "./session.ts";

/** Milliseconds that a name is kept for its guest after the connection ended. */
export const GUEST_KEPT_MS = 120_000;
/** Maximum number of names that are kept. A further guest replaces the one who left first. */
export const GUESTS_KEPT_MAX = 10_000;

/** A guest with a token. */
export interface TokenGuest {
  /** The user; after the guest has left, as it was. */
  user: User;
  /** What silences the guest, whatever its name. */
  mute: Mute | undefined;
  /** Expulsions that the guest takes along, by channel. */
  marks: Map<number, number> | undefined;
  /** When its name is given up; `undefined` while it is online. */
  keptUntil: number | undefined;
}

/** The guests with a token. */
export class GuestTokens {
  readonly #now: () => number;
  readonly #guests = new Map<string, TokenGuest>();
  readonly #tokens = new Map<User, string>();
  // The tokens of guests who have left, by the key of the name, in the order in which they left.
  readonly #kept = new Map<string, string>();

  /** @param now A clock in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How many have one. */
  get size(): number {
    return this.#guests.size;
  }

  /** Gives a guest a token. @param token Its digest. */
  give(token: string, user: User): void {
    this.#guests.set(token, { user, mute: undefined, marks: undefined, keptUntil: undefined });
    this.#tokens.set(user, token);
  }

  /** The guest of a token, here or not. */
  find(token: string): TokenGuest | undefined {
    this.#forget();
    return this.#guests.get(token);
  }

  /** Whether a name is kept for a guest who has left. @param key The name's key. */
  keeps(key: string): boolean {
    this.#forget();
    return this.#kept.has(key);
  }

  /** Notes what a connection of a guest takes along, before it ends. */
  note(user: User, { mute, marks }: Pick<TokenGuest, "mute" | "marks">): void {
    const token = this.#tokens.get(user);
    const guest = token === undefined ? undefined : this.#guests.get(token);
    if (guest !== undefined) Object.assign(guest, { mute, marks });
  }

  /** A guest has left. Its name is kept. */
  gone(user: User): void {
    const token = this.#tokens.get(user);
    if (token === undefined) return;
    this.#tokens.delete(user);
    const before = this.#kept.get(user.key);
    if (before !== undefined) this.#drop(before);
    this.#guests.get(token)!.keptUntil = this.#now() + GUEST_KEPT_MS;
    this.#kept.set(user.key, token);
    this.#forget();
  }

  /** A guest who had left is back, as another user. Its name was {@linkcode release}d before. */
  returned(token: string, user: User): void {
    const guest = this.#guests.get(token)!;
    guest.user = user;
    guest.keptUntil = undefined;
    this.#tokens.set(user, token);
  }

  /** Keeps the name no longer, so that its guest can take it. */
  release(token: string): void {
    const guest = this.#guests.get(token);
    if (guest !== undefined && this.#kept.get(guest.user.key) === token) {
      this.#kept.delete(guest.user.key);
    }
  }

  /** Ends the token of a user, if it has one. */
  end(user: User): void {
    const token = this.#tokens.get(user);
    if (token !== undefined) this.#drop(token);
  }

  /** Ends the token that keeps a name. */
  endKept(key: string): void {
    const token = this.#kept.get(key);
    if (token !== undefined) this.#drop(token);
  }

  /** Ends a token. */
  endToken(token: string): void {
    if (this.#guests.has(token)) this.#drop(token);
  }

  #drop(token: string): void {
    this.release(token);
    const guest = this.#guests.get(token)!;
    this.#guests.delete(token);
    if (this.#tokens.get(guest.user) === token) this.#tokens.delete(guest.user);
  }

  // The guests who left first come first. Amortized: each one is looked at once more.
  #forget(): void {
    const now = this.#now();
    for (const token of this.#kept.values()) {
      const isOver = this.#guests.get(token)!.keptUntil! <= now;
      if (!isOver && this.#kept.size <= GUESTS_KEPT_MAX) return;
      this.#drop(token);
    }
  }
}
