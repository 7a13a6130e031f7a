// Tokens of guests. For two minutes after its last connection ends, a guest can come back under its name. The tokens
// are kept in memory only.
import type { Mute } from "../../store/sanctions.ts";
import type { User } from "./session.ts";

/** How long the name of a guest is reserved after the last connection ended, in milliseconds. */
export const GUEST_KEPT_MS = 120_000;
/** The maximum number of reserved names. One more name replaces that of the guest who left first. */
export const GUESTS_KEPT_MAX = 10_000;

/** A guest with a token. */
export interface TokenGuest {
  /** The user that the guest is, or was before it left. */
  user: User;
  /** The mute of the guest's connections. It applies under any name. */
  mute: Mute | undefined;
  /** For each channel that the guest was kicked from, the id up to which its messages are hidden. */
  marks: Map<number, number> | undefined;
  /** When the reservation of the name expires; `undefined` while the guest is online. */
  keptUntil: number | undefined;
}

/** The token of a guest as plain values, for another leader. */
export interface TokenState extends Partial<Pick<TokenGuest, "mute">> {
  /** The digest of the token. */
  readonly digest: string;
  readonly marks?: readonly (readonly [channel: number, id: number])[];
  /** Whether the guest has left and its name is reserved. */
  readonly isKept?: true;
}

/** The guests with a token. */
export class GuestTokens {
  readonly #now: () => number;
  readonly #changed: (user: User) => void;
  readonly #guests = new Map<string, TokenGuest>();
  readonly #tokens = new Map<User, string>();
  // The tokens of guests who have left, by the key of the name, in the order of leaving.
  readonly #kept = new Map<string, string>();

  /**
   * @param now A clock in milliseconds.
   * @param changed Called when the token of a user, or what is kept with it, has changed.
   */
  constructor(now: () => number, changed: (user: User) => void = () => {}) {
    this.#now = now;
    this.#changed = changed;
  }

  /** The number of guests with a token. */
  get size(): number {
    return this.#guests.size;
  }

  /** Gives a guest a token. @param token The digest of the token. */
  give(token: string, user: User): void {
    this.#guests.set(token, { user, mute: undefined, marks: undefined, keptUntil: undefined });
    this.#tokens.set(user, token);
    this.#changed(user);
  }

  /** Returns the state of the token of a user, online or not; `undefined` without a token. */
  stateOf(user: User): TokenState | undefined {
    const digest = this.#tokens.get(user) ?? this.#kept.get(user.key);
    const guest = digest === undefined ? undefined : this.#guests.get(digest);
    if (digest === undefined || guest?.user !== user) return undefined;
    const { mute, marks, keptUntil } = guest;
    return {
      digest,
      ...mute !== undefined && { mute },
      ...marks !== undefined && { marks: [...marks] },
      ...keptUntil !== undefined && { isKept: true },
    };
  }

  /** Gives a user the token that it had under another leader. The name is reserved for the whole time again. */
  restore(user: User, { digest, mute, marks, isKept }: TokenState): void {
    this.give(digest, user);
    this.note(user, { mute, marks: marks && new Map(marks) });
    if (isKept) this.gone(user);
  }

  /** Returns the guest of a token, online or not. */
  find(token: string): TokenGuest | undefined {
    this.forgetExpired();
    return this.#guests.get(token);
  }

  /** Whether a name is reserved for a guest who has left. @param key The key of the name. */
  keeps(key: string): boolean {
    this.forgetExpired();
    return this.#kept.has(key);
  }

  /** Stores the sanctions of a guest's connection before it ends. They apply again when the guest comes back. */
  note(user: User, { mute, marks }: Pick<TokenGuest, "mute" | "marks">): void {
    const token = this.#tokens.get(user);
    const guest = token === undefined ? undefined : this.#guests.get(token);
    if (guest === undefined) return;
    Object.assign(guest, { mute, marks });
    this.#changed(user);
  }

  /** Called when a guest has left. Reserves its name. */
  gone(user: User): void {
    const token = this.#tokens.get(user);
    if (token === undefined) return;
    this.#tokens.delete(user);
    const before = this.#kept.get(user.key);
    if (before !== undefined) this.#drop(before);
    this.#guests.get(token)!.keptUntil = this.#now() + GUEST_KEPT_MS;
    this.#kept.set(user.key, token);
    this.#changed(user);
    this.forgetExpired();
  }

  /** Called when a guest has come back as a new user. The caller has called {@linkcode release} before. */
  returned(token: string, user: User): void {
    const guest = this.#guests.get(token)!;
    this.#changed(guest.user);
    guest.user = user;
    guest.keptUntil = undefined;
    this.#tokens.set(user, token);
    this.#changed(user);
  }

  /** Ends the reservation of the name, so that its guest can use the name again. */
  release(token: string): void {
    const guest = this.#guests.get(token);
    if (guest !== undefined && this.#kept.get(guest.user.key) === token) {
      this.#kept.delete(guest.user.key);
    }
  }

  /** Ends the token of a user, if there is one. */
  end(user: User): void {
    const token = this.#tokens.get(user);
    if (token !== undefined) this.#drop(token);
  }

  /** Ends the token that reserves a name. */
  endKept(key: string): void {
    const token = this.#kept.get(key);
    if (token !== undefined) this.#drop(token);
  }

  /** Ends a token. */
  endToken(token: string): void {
    if (this.#guests.has(token)) this.#drop(token);
  }

  /** Drops the reservations that have expired or that exceed the maximum. */
  forgetExpired(): void {
    // They are in the order of expiry, so the amortized cost is constant.
    const now = this.#now();
    for (const token of this.#kept.values()) {
      const isOver = this.#guests.get(token)!.keptUntil! <= now;
      if (!isOver && this.#kept.size <= GUESTS_KEPT_MAX) return;
      this.#drop(token);
    }
  }

  #drop(token: string): void {
    this.release(token);
    const guest = this.#guests.get(token)!;
    this.#guests.delete(token);
    if (this.#tokens.get(guest.user) === token) this.#tokens.delete(guest.user);
    this.#changed(guest.user);
  }
}
