// Finds the actor and the target of a request, with their current ranks: a rank may have changed since the login.
import { ProtocolError } from "../protocol/errors.ts";
import { nameKey } from "../protocol/names.ts";
import { quoted } from "../protocol/phrases.ts";
import type { Account } from "../store/accounts.ts";
import { type Asker, atLeast, type Rank } from "./permissions.ts";
import { operatorName, type Session, type User } from "./presence/session.ts";
import type { Services } from "./services.ts";

/** The user or operator who makes a request. */
export interface Actor extends Asker {
  /** The name in the log and in the audit log: the user's name, or `operator:` and the operator's name. */
  readonly name: string;
  readonly session: Session;
}

/** The user or account that a request is about. */
export interface Target {
  readonly name: string;
  readonly key: string;
  readonly accountId: number | null;
  readonly rank: Rank;
  /** The user, if online. */
  readonly user: User | undefined;
}

type Accounts = Pick<Services, "accountStore">;
type Known = Pick<Services, "accountStore" | "groups">;

/** Returns the current rank of a user. The role of the account may have changed since the login. */
export function rankOf(user: Pick<User, "key" | "accountId">, { accountStore }: Accounts): Rank {
  if (user.accountId === null) return "guest";
  const account = accountStore.findByKey(user.key);
  return account?.id === user.accountId ? rankOfAccount(account) : "guest";
}

/** Returns the current rank of an account, or `guest` if no account has this number. */
export function rankOfAccountId(id: number | null, { accountStore }: Accounts): Rank {
  const account = id === null ? undefined : accountStore.findById(id);
  return account === undefined ? "guest" : rankOfAccount(account);
}

function rankOfAccount(account: Account): Rank {
  return account.disabledAt === null ? account.role : "guest";
}

const NOBODY = { key: "", accountId: null, groups: [] };

/**
 * Returns what the permission checks need to know about a connection. Before it joins, it counts as a nameless
 * guest.
 */
export function askerOf({ user, operator }: Session, services: Known): Asker {
  if (operator !== undefined) return { rank: "operator", ...NOBODY };
  if (user === undefined) return { rank: "guest", ...NOBODY };
  return userAsker(user, services);
}

/**
 * Returns what the permission checks need to know about a user, for one request. The rank and the groups are looked
 * up once, when they are first needed: most messages do not need them, and a list of channels needs them for each
 * channel.
 */
export function userAsker(user: AskingUser, services: Known): Asker {
  return new UserAsker(user, services);
}

type AskingUser = Pick<User, "key" | "accountId" | "invitedTo">;

// A class, because an object literal with getters takes half a microsecond to create, and each request needs one.
class UserAsker implements Asker {
  readonly key: string;
  readonly accountId: number | null;
  readonly #user: AskingUser;
  readonly #services: Known;
  #rank: Rank | undefined;
  #groups: readonly string[] | undefined;

  constructor(user: AskingUser, services: Known) {
    this.key = user.key;
    this.accountId = user.accountId;
    this.#user = user;
    this.#services = services;
  }

  get invitedTo(): AskingUser["invitedTo"] {
    return this.#user.invitedTo;
  }

  get rank(): Rank {
    return this.#rank ??= rankOf(this.#user, this.#services);
  }

  get groups(): readonly string[] {
    return this.#groups ??= this.accountId === null
      ? []
      : this.#services.groups.keysOf(this.accountId);
  }
}

/** Returns the moderators and admins who are online. */
export function staffOnline(services: Pick<Services, "accountStore" | "roster">): User[] {
  return [...services.roster.users].filter((user) =>
    atLeast(user.role, "moderator") && atLeast(rankOf(user, services), "moderator")
  );
}

/** Returns the user or operator of a connection. @throws {ProtocolError} `login_required` before it has joined. */
export function actorOf(session: Session, services: Known): Actor {
  const asker = askerOf(session, services);
  const { key, accountId, rank, invitedTo } = asker;
  const { operator } = session;
  const name = operator === undefined ? requireUser(session).name : operatorName(operator);
  return {
    rank,
    key,
    accountId,
    invitedTo,
    get groups() {
      return asker.groups;
    },
    name,
    session,
  };
}

/** Returns the user of a connection. @throws {ProtocolError} `login_required` before it has joined. */
export function requireUser(session: Session): User {
  if (session.user !== undefined) return session.user;
  throw new ProtocolError("login_required");
}

/** Returns the user who is online under a name, or the account with this name. */
export function findTarget(
  name: string,
  services: Pick<Services, "accountStore" | "roster">,
): Target | undefined {
  const key = nameKey(name);
  const user = services.roster.find(key);
  const account = services.accountStore.findByKey(key);
  if (user !== undefined) {
    // The account may have been deleted while its user is online.
    const accountId = account?.id === user.accountId ? user.accountId : null;
    return { name: user.name, key, accountId, rank: rankOf(user, services), user };
  }
  if (account === undefined) return undefined;
  const { id, name: shown } = account;
  return { name: shown, key, accountId: id, rank: rankOfAccount(account), user };
}

/** Like {@linkcode findTarget}. @throws {ProtocolError} `unknown_user` */
export function requireTarget(
  name: string,
  services: Pick<Services, "accountStore" | "roster">,
): Target {
  const target = findTarget(name, services);
  if (target !== undefined) return target;
  throw new ProtocolError("unknown_user", { places: { name: quoted(name) } });
}
