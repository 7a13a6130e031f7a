// Who is here: the users that are online, their states, and the connections that speak for them.
import type { Account } from "../../store/accounts.ts";
import { beginningOf, NAME_MAX, nameKey } from "../../protocol/names.ts";
import type { UsersReply } from "../../protocol/replies/presence.ts";
import { write, type Written } from "../../protocol/replies/write.ts";
import type { Role, Session, User } from "./session.ts";

const ONLINE = "online";
const HIDDEN = new Set(["invisible", "offline"]);

/** The name of a guest who gives none. */
export const NAMELESS_GUEST = "invité";

/** What a join changed. */
export interface Joined {
  readonly user: User;
  /** It is the user's first connection: the others are to be told. */
  readonly first: boolean;
  /** A guest who bore the member's name, and bears another from now on. */
  readonly displaced: User | undefined;
}

type WrittenListing = { readonly [M in "users" | "states"]: Written<UsersReply[M]> };

/** Users as a reply lists them. */
export class Listing {
  /** Names, sorted. */
  readonly names: readonly string[];
  /** The states of those that are not simply online, by name. */
  readonly states: Readonly<Record<string, string>>;
  #written: WrittenListing | undefined;

  /**
   * @param sorted The users, sorted by their keys.
   * @param users The same users, in the order in which their states are listed.
   */
  constructor(sorted: readonly User[], users: Iterable<User>) {
    this.names = sorted.map(({ name }) => name);
    // Object.fromEntries would do, were `__proto__` not an allowed name.
    const states: Record<string, string> = Object.create(null);
    for (const { name, state } of users) if (state !== ONLINE) states[name] = state;
    this.states = states;
  }

  /** The members of a `users` reply, written once: a crowd asks for them every few seconds. */
  get written(): WrittenListing {
    return this.#written ??= { users: write(this.names), states: write(this.states) };
  }
}

/** The one owner of presence. Sessions join and leave; nothing is sent from here. */
export class Roster {
  readonly #users = new Map<string, User>();
  readonly #sessions = new Set<Session>();
  readonly #isAccount: (key: string) => boolean;
  // Sorted by their keys.
  readonly #sorted: User[] = [];
  #visible: Listing | undefined;

  /** @param isAccount Whether a name, given by its key, belongs to an account. */
  constructor(isAccount: (key: string) => boolean) {
    this.#isAccount = isAccount;
  }

  /** The connections that have joined. */
  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  /** How many users are online, visible or not. */
  get size(): number {
    return this.#users.size;
  }

  /** The users that are online, visible or not. */
  get users(): Iterable<User> {
    return this.#users.values();
  }

  /** The user of that name who is online, if any. */
  find(key: string): User | undefined {
    return this.#users.get(key);
  }

  /** Joins a session as the member of an account. A guest of the same name has to yield it. */
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

  /** Joins a session as a guest, under the name it asks for or that with `~2`, `~3`, … */
  joinGuest(session: Session, name: string): User {
    const free = this.#users.has(nameKey(name)) ? this.#freeName(name) : name;
    return this.#add(session, free, undefined);
  }

  /** Takes a session out; returns whether it was its user's last. */
  leave(session: Session): boolean {
    const user = session.user;
    if (user === undefined) return false;
    session.user = undefined;
    this.#sessions.delete(session);
    user.sessions.delete(session);
    if (user.sessions.size > 0) return false;
    this.#remove(user);
    return true;
  }

  /** Gives a guest another name, which must be free. */
  rename(user: User, name: string): void {
    this.#remove(user);
    user.name = name;
    user.key = nameKey(name);
    this.#insert(user);
  }

  /** Gives somebody whose name belongs to an account another one, made from it. */
  displace(user: User): void {
    this.rename(user, this.#freeName(user.name));
  }

  /** Sets a user's role. */
  setRole(user: User, role: Role): void {
    user.role = role;
  }

  /** Sets a user's state. */
  setState(user: User, state: string): void {
    user.state = state;
    user.hidden = isHidden(state);
    this.#visible = undefined;
  }

  /**
   * Everyone, for a `users` reply.
   *
   * @param asker Is listed even when hidden from everyone else.
   */
  list(asker: User | undefined): Listing {
    const visible = this.#users.values().filter(({ hidden }) => !hidden);
    if (asker?.hidden === true) {
      const sorted = this.#sorted.filter((user) => user === asker || !user.hidden);
      return new Listing(sorted, [...visible, asker]);
    }
    return this.#visible ??= new Listing(this.#sorted.filter(({ hidden }) => !hidden), visible);
  }

  /** As {@linkcode list}, of some users. */
  listOf(users: ReadonlySet<User>, asker: User | undefined): Listing {
    const shown = (user: User) => user === asker || !user.hidden;
    // To look for a few among thousands takes longer than to sort the few.
    const sorted = users.size * 8 > this.#sorted.length
      ? this.#sorted.filter((user) => users.has(user) && shown(user))
      : [...users].filter(shown).sort((a, b) => a.key < b.key ? -1 : 1);
    return new Listing(sorted, users.values().filter(shown));
  }

  #add(session: Session, name: string, account: Account | undefined): User {
    const user: User = {
      name,
      key: nameKey(name),
      state: ONLINE,
      hidden: false,
      role: account?.role ?? "guest",
      accountId: account?.id ?? null,
      sessions: new Set(),
    };
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

  /** How many of the sorted users come before a key. */
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
        // A suffix is its own key; making one of each candidate would cost most where a crowd has one name.
        baseKey = nameKey(base);
      }
      const key = baseKey + suffix;
      if (!this.#users.has(key) && !this.#isAccount(key)) return base + suffix;
    }
  }
}

function isHidden(state: string): boolean {
  return HIDDEN.has(state.trim().toLowerCase());
}
