// Who asks, and whom a request is about: with the rank that the account has now, not at its login.
import { ProtocolError } from "../protocol/errors.ts";
import { nameKey } from "../protocol/names.ts";
import { quoted } from "../protocol/phrases.ts";
import type { Account } from "../store/accounts.ts";
import type { Asker, Rank } from "./permissions.ts";
import { operatorName, type Session, type User } from "./presence/session.ts";
import type { Services } from "./services.ts";

/** Somebody who asks, joined or operator. */
export interface Actor extends Asker {
  /** As log and audit name it: the user's name, or `operator:` and the name. */
  readonly name: string;
  readonly session: Session;
}

/** Somebody that a request is about. */
export interface Target {
  readonly name: string;
  readonly key: string;
  readonly accountId: number | null;
  readonly rank: Rank;
  /** The user, if online. */
  readonly user: User | undefined;
}

type Accounts = Pick<Services, "accountStore">;

/** The rank of a user now: it may have been given or taken since the login. */
export function rankOf(user: Pick<User, "key" | "accountId">, { accountStore }: Accounts): Rank {
  if (user.accountId === null) return "guest";
  const account = accountStore.findByKey(user.key);
  return account?.id === user.accountId ? rankOfAccount(account) : "guest";
}

/** The rank of an account now; that of a guest where there is none of that number. */
export function rankOfAccountId(id: number | null, { accountStore }: Accounts): Rank {
  const account = id === null ? undefined : accountStore.findById(id);
  return account === undefined ? "guest" : rankOfAccount(account);
}

function rankOfAccount(account: Account): Rank {
  return account.disabledAt === null ? account.role : "guest";
}

/** Who asks over a connection, as far as permissions go; before it joins, a guest without a name. */
export function askerOf({ user, operator }: Session, services: Accounts): Asker {
  if (operator !== undefined) return { rank: "operator", key: "", accountId: null };
  if (user === undefined) return { rank: "guest", key: "", accountId: null };
  return userAsker(user, services);
}

/**
 * A user as one who asks, for one request. The rank is looked up when it is needed, once: most messages need
 * none, and a list of channels needs it for each.
 */
export function userAsker(user: User, services: Accounts): Asker {
  const { key, accountId } = user;
  let rank: Rank | undefined;
  return {
    key,
    accountId,
    get rank() {
      return rank ??= rankOf(user, services);
    },
  };
}

/** Who acts over a connection. @throws {ProtocolError} `login_required` before it has joined. */
export function actorOf(session: Session, services: Accounts): Actor {
  const { key, accountId, rank } = askerOf(session, services);
  if (session.operator !== undefined) {
    return { rank, key, accountId, name: operatorName(session.operator), session };
  }
  return { rank, key, accountId, name: requireUser(session).name, session };
}

/** The user a connection speaks for. @throws {ProtocolError} `login_required` */
export function requireUser(session: Session): User {
  if (session.user !== undefined) return session.user;
  throw new ProtocolError("login_required");
}

/** Somebody who is online or has an account, if there is one of that name. */
export function findTarget(
  name: string,
  services: Pick<Services, "accountStore" | "roster">,
): Target | undefined {
  const key = nameKey(name);
  const user = services.roster.find(key);
  const account = services.accountStore.findByKey(key);
  if (user !== undefined) {
    // The account may have been deleted while it is online.
    const accountId = account?.id === user.accountId ? user.accountId : null;
    return { name: user.name, key, accountId, rank: rankOf(user, services), user };
  }
  if (account === undefined) return undefined;
  const { id, name: shown } = account;
  return { name: shown, key, accountId: id, rank: rankOfAccount(account), user };
}

/** As {@linkcode findTarget}. @throws {ProtocolError} `unknown_user` */
export function requireTarget(
  name: string,
  services: Pick<Services, "accountStore" | "roster">,
): Target {
  const target = findTarget(name, services);
  if (target !== undefined) return target;
  throw new ProtocolError("unknown_user", { places: { name: quoted(name) } });
}
