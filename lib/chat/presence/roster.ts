// The users who are online, their states, and their connections.
import type { Account } from "../../store/accounts.ts";
import { beginningOf, NAME_MAX, nameKey } from "../../protocol/names.ts";
import { Listing } from "./listing.ts";
import type { Role, Session, User } from "./session.ts";
import { makeUser } from "./user.ts";

const HIDDEN = new Set(["invisible", "offline"]);

/** The name of a guest whose client gives none. */
export const NAMELESS_GUEST = "invité";

/** The result of a join. */
export interface Joined {
  readonly user: User;
  /** Whether it is the user's first connection. Then the others have to be told. */
  readonly first: boolean;
  /** A guest who had the member's name and was renamed. */
  readonly displaced: User | undefined;
}

/** A user as another leader had it. */
export type RestoredUser = Pick<User, "name" | "role" | "state" | "accountId">;

/** Owns presence: the users and which sessions have joined. It sends nothing. */
export class Roster {
  readonly #users = new Map<string, User>();
  readonly #sessions = new Set<Session>();
  readonly #isAccount: (key: string) => boolean;
  readonly #isKept: (key: string) => boolean;
  readonly #changed: (user: User) => void;
  // Sorted by key.
  readonly #sorted: User[] = [];
  #visible: Listing | undefined;

  /**
   * @param isAccount Whether a name, given by its key, belongs to an account.
   * @param isKept Whether a name is reserved for a guest who may come back.
   * @param changed Called when the name, the role or the state of a user has changed.
   */
  constructor(
    isAccount: (key: string) => boolean,
    isKept: (key: string) => boolean = () => false,
    changed: (user: User) => void = () => {},
  ) {
    this.#isAccount = isAccount;
    this.#isKept = isKept;
    this.#changed = changed;
  }

  /** The sessions that have joined. */
  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  /** The number of users who are online, hidden or not. */
  get size(): number {
    return this.#users.size;
  }

  /** The users who are online, hidden or not. */
  get users(): Iterable<User> {
    return this.#users.values();
  }

  /** The users, sorted by key. */
  get sorted(): readonly User[] {
    return this.#sorted;
  }

  /** Returns the user who is online under a name, given by its key. */
  find(key: string): User | undefined {
    return this.#users.get(key);
  }

  /** Joins a session as the member of an account. A guest with the same name is renamed. */
  joinMember(session: Session, account: Account): Joined {
    const holder = this.#users.get(account.key);
    if (holder !== undefined && holder.accountId === account.id) {
      this.#attach(session, holder);
      return { user: holder, first: false, displaced: undefined };
    }
    if (holder !== undefined) this.displace(holder);
    const user = this.#add(session, account.name, account);
    return { user, first: true, displaced: holder };
  }

  /** Joins a session as a guest under the given name or, if it is taken, the name with `~2`, `~3`, … */
  joinGuest(session: Session, name: string): User {
    const key = nameKey(name);
    const isTaken = this.#users.has(key) || this.#isKept(key);
    return this.#add(session, isTaken ? this.#freeName(name) : name, undefined);
  }

  /** Adds a user whom another leader had, without connections. @returns The user, who may be online already. */
  restore({ name, role, state, accountId }: RestoredUser): User {
    const holder = this.#users.get(nameKey(name));
    if (holder?.accountId === accountId) return holder;
    const account = accountId === null || role === "guest" ? undefined : { id: accountId, role };
    const user = makeUser(name, account);
    this.#insert(user);
    this.setState(user, state);
    return user;
  }

  /** Adds a session to a user who is online. */
  rejoin(session: Session, user: User): void {
    this.#attach(session, user);
  }

  /** Takes the user from a session. Returns whether it was the user's last session; the caller then removes the user. */
  leave(session: Session): boolean {
    const user = session.user;
    if (user === undefined) return false;
    session.user = undefined;
    this.#sessions.delete(session);
    user.sessions.delete(session);
    return user.sessions.size === 0;
  }

  /** Removes a user without connections. */
  depart(user: User): void {
    if (this.#users.get(user.key) === user) this.#remove(user);
  }

  /** Renames a guest. The new name must be free. */
  rename(user: User, name: string): void {
    this.#remove(user);
    user.name = name;
    user.key = nameKey(name);
    this.#insert(user);
    this.#changed(user);
  }

  /** Renames a guest whose name belongs to an account to a free name made from it. */
  displace(user: User): void {
    this.rename(user, this.#freeName(user.name));
  }

  /** Sets a user's role. */
  setRole(user: User, role: Role): void {
    user.role = role;
    this.#changed(user);
  }

  /** Sets a user's state. */
  setState(user: User, state: string): void {
    user.state = state;
    user.hidden = isHidden(state);
    this.#visible = undefined;
    this.#changed(user);
  }

  /**
   * Lists everyone for a `users` reply.
   *
   * @param asker Is listed even if hidden from everyone else.
   */
  list(asker: User | undefined): Listing {
    const visible = this.#users.values().filter(({ hidden }) => !hidden);
    if (asker?.hidden === true) {
      const sorted = this.#sorted.filter((user) => user === asker || !user.hidden);
      return new Listing(sorted, [...visible, asker]);
    }
    return this.#visible ??= new Listing(this.#sorted.filter(({ hidden }) => !hidden), visible);
  }

  /** Like {@linkcode list}, for some of the users. */
  listOf(users: ReadonlySet<User>, asker: User | undefined): Listing {
    const shown = (user: User) => user === asker || !user.hidden;
    // Sorting a few users takes less time than finding them among thousands.
    const sorted = users.size * 8 > this.#sorted.length
      ? this.#sorted.filter((user) => users.has(user) && shown(user))
      : [...users].filter(shown).sort((a, b) => a.key < b.key ? -1 : 1);
    return new Listing(sorted, users.values().filter(shown));
  }

  #add(
    session: Session,
    name: string,
    account: Pick<Account, "id" | "role"> | undefined,
  ): User {
    const user = makeUser(name, account);
    this.#insert(user);
    this.#attach(session, user);
    return user;
  }

  #insert(user: User): void {
    this.#users.set(user.key, user);
    this.#sorted.splice(this.#placeOf(user.key), 0, user);
    this.#visible = undefined;
  }

  #remove(user: User): void {
    this.#users.delete(user.key);
    this.#sorted.splice(this.#placeOf(user.key), 1);
    this.#visible = undefined;
  }

  /** Returns how many of the sorted users come before a key. */
  #placeOf(key: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #attach(session: Session, user: User): void {
    session.user = user;
    user.sessions.add(session);
    this.#sessions.add(session);
  }

  #freeName(name: string): string {
    let [base, baseKey, length] = ["", "", 0];
    for (let number = 2;; number++) {
      const suffix = `~${number}`;
      if (suffix.length > length) {
        length = suffix.length;
        base = beginningOf(name, NAME_MAX - length);
        // A suffix is its own key. Normalizing each candidate would be slow when many guests want one name.
        baseKey = nameKey(base);
      }
      const key = baseKey + suffix;
      if (!this.#users.has(key) && !this.#isKept(key) && !this.#isAccount(key)) {
        return base + suffix;
      }
    }
  }
}

function isHidden(state: string): boolean {
  return HIDDEN.has(state.trim().toLowerCase());
}
