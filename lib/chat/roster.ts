// Who is here: the users that are online, their states, and the connections that speak for them.
import type { Account } from "../store/accounts.ts";
import { beginningOf, NAME_MAX, nameKey } from "../protocol/names.ts";
import type { Session } from "./session.ts";

/** Role of a user: `guest`, or the role of the account. */
export type Role = "guest" | Account["role"];

/** Someone who is online, with one or more connections. Owned by the {@linkcode Roster}. */
export interface User {
  /** The name as others see it. */
  name: string;
  /** The name as names are compared. */
  key: string;
  /** Free text, such as `online` or `away`. */
  state: string;
  /** The role at the login, or that an operator has given since; the account's may be another. */
  role: Role;
  /** Number of the account, or `null` for a guest. */
  readonly accountId: number | null;
  readonly sessions: Set<Session>;
}

const ONLINE = "online";
const HIDDEN = new Set(["invisible", "offline"]);

/** What a join changed. */
export interface Joined {
  readonly user: User;
  /** It is the user's first connection: the others are to be told. */
  readonly first: boolean;
  /** A guest who bore the member's name, and bears another from now on. */
  readonly displaced: User | undefined;
}

/** The one owner of presence. Sessions join and leave; nothing is sent from here. */
export class Roster {
  readonly #users = new Map<string, User>();
  readonly #sessions = new Set<Session>();
  readonly #isAccount: (key: string) => boolean;
  #visible: { names: string[]; states: [string, string][] } | undefined;

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
    this.#users.delete(user.key);
    this.#visible = undefined;
    return true;
  }

  /** Gives a guest another name, which must be free. */
  rename(user: User, name: string): void {
    this.#users.delete(user.key);
    user.name = name;
    user.key = nameKey(name);
    this.#users.set(user.key, user);
    this.#visible = undefined;
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
    this.#visible = undefined;
  }

  /**
   * The names for a `users` reply, sorted, and the states of those that are not simply online.
   *
   * @param asker Is listed even when hidden from everyone else.
   */
  list(asker: User | undefined): { names: readonly string[]; states: Record<string, string> } {
    this.#visible ??= this.#collect();
    let { names, states } = this.#visible;
    if (asker !== undefined && isHidden(asker)) {
      names = [...names, asker.name].sort(compareNames);
      states = [...states, [asker.name, asker.state]];
    }
    // Object.fromEntries would do, were `__proto__` not an allowed name.
    const byName: Record<string, string> = Object.create(null);
    for (const [name, state] of states) byName[name] = state;
    return { names, states: byName };
  }

  /** As {@linkcode list}, of some users. */
  listOf(
    users: Iterable<User>,
    asker: User | undefined,
  ): { names: readonly string[]; states: Record<string, string> } {
    const shown = [...users].filter((user) => user === asker || !isHidden(user));
    const states: Record<string, string> = Object.create(null);
    for (const { name, state } of shown) if (state !== ONLINE) states[name] = state;
    return { names: shown.map(({ name }) => name).sort(compareNames), states };
  }

  #collect(): { names: string[]; states: [string, string][] } {
    const shown = [...this.#users.values()].filter((user) => !isHidden(user));
    return {
      names: shown.map((user) => user.name).sort(compareNames),
      states: shown.filter((user) => user.state !== ONLINE).map((user) => [user.name, user.state]),
    };
  }

  #add(session: Session, name: string, account: Account | undefined): User {
    const user: User = {
      name,
      key: nameKey(name),
      state: ONLINE,
      role: account?.role ?? "guest",
      accountId: account?.id ?? null,
      sessions: new Set(),
    };
    this.#users.set(user.key, user);
    this.#visible = undefined;
    this.#attach(session, user);
    return user;
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

/** Whether a user does not want to be seen. */
export function isHidden(user: User): boolean {
  return HIDDEN.has(user.state.trim().toLowerCase());
}

function compareNames(a: string, b: string): number {
  const x = nameKey(a);
  const y = nameKey(b);
  return x < y ? -1 : x > y ? 1 : 0;
}
