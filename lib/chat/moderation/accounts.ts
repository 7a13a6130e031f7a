// Actions of operators and admins on accounts of a running server. They take effect at once for users who are online.
import { refuseDirectoryAccount } from "../../auth/refusals.ts";
import { LOCAL_REQUESTER, type Requester } from "../../auth/requester.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { quoted } from "../../protocol/phrases.ts";
import type { Account, AccountRole } from "../../store/accounts.ts";
import type { Erasure } from "../../store/personal_data.ts";
import { inSteps } from "../../store/steps.ts";
import { type Actor, rankOfAccountId } from "../actor.ts";
import { act } from "./act.ts";
import { demand, mayActOn, mayGiveRole, type Rank } from "../permissions.ts";
import { disconnectUser } from "../conversation/disconnect.ts";
import { yieldName } from "../conversation/lobby.ts";
import { evictUnadmitted } from "../conversation/membership.ts";
import { requesterOf } from "../requester.ts";
import type { Services } from "../services.ts";
import { closeSignedIn, forgetTokens } from "../web_sessions/ending.ts";

/** Returns the account with a name. @throws {ProtocolError} `unknown_user` */
export function requireAccount(
  name: string,
  { accountStore }: Pick<Services, "accountStore">,
): Account {
  return demandAccount(accountStore.findByKey(nameKey(name)), name);
}

function demandAccount(account: Account | undefined, name: string): Account {
  if (account !== undefined) return account;
  throw new ProtocolError("unknown_user", {
    reason: "no_account",
    places: { name: quoted(name) },
  });
}

/** A new account. */
export interface NewUser {
  readonly user: string;
  readonly password: string;
  readonly role: AccountRole;
}

/** Creates an account. A guest with its name is renamed. @throws {ProtocolError} */
export async function addUser(
  actor: Actor,
  { user, password, role }: NewUser,
  services: Services,
): Promise<Account> {
  demand(mayGiveRole(actor.rank, role));
  const { name } = services.accounts.checkFree(user);
  const account = await services.accounts.create({
    username: user,
    password,
    role,
    requester: hasherOf(actor),
    within(make) {
      demand(mayGiveRole(rankNow(actor, services), role));
      return act(actor, { action: "user_add", target: name, reason: role, effect: make }, services);
    },
  });
  yieldName(account, services);
  return account;
}

/** Sets the password of an account. @throws {ProtocolError} */
export async function setUserPassword(
  actor: Actor,
  { user, password }: Pick<NewUser, "user" | "password">,
  services: Services,
): Promise<Account> {
  const before = requireAccount(user, services);
  demand(mayActOn(actor.rank, before.role));
  refuseDirectoryAccount(before);
  const hash = await services.accounts.hash(password, hasherOf(actor));
  // The account may have been deleted while the password was hashed.
  const account = demandAccount(services.accountStore.findById(before.id), user);
  refuseDirectoryAccount(account);
  demand(mayActOn(rankNow(actor, services), account.role));
  act(actor, {
    action: "user_passwd",
    target: account.name,
    effect: () => {
      services.accountChanges.setPasswordHash(account.id, hash);
    },
  }, services);
  services.accounts.forgive(account.key);
  closeSignedIn(account, () => true, services);
  return account;
}

// The address of an admin takes turns with others. An operator's command does not wait for an address.
function hasherOf({ rank, session }: Actor): Requester {
  return rank === "operator" ? LOCAL_REQUESTER : requesterOf(session);
}

/** Returns the rank of an actor now: it may have changed while a password was hashed. */
export function rankNow({ rank, accountId }: Actor, services: Services): Rank {
  return rank === "operator" ? rank : rankOfAccountId(accountId, services);
}

/** Changes the role of an account. @throws {ProtocolError} */
export function setUserRole(
  actor: Actor,
  { user: name, role }: Pick<NewUser, "user" | "role">,
  services: Services,
): Account {
  const account = requireAccount(name, services);
  demand(mayActOn(actor.rank, account.role) ?? mayGiveRole(actor.rank, role));
  const reason = `${account.role} to ${role}`;
  act(actor, {
    action: "user_role",
    target: account.name,
    reason,
    effect: () => {
      services.accountChanges.setRole(account.id, role);
    },
  }, services);
  const user = services.roster.find(account.key);
  if (user?.accountId === account.id) services.roster.setRole(user, role);
  if (account.role !== role) forgetTokens(account, services);
  evictUnadmitted(services);
  return account;
}

/** Disables an account and closes its connections, or enables it again. @throws {ProtocolError} */
export function setUserDisabled(
  actor: Actor,
  { user, disabled }: { user: string; disabled: boolean },
  services: Services,
): Account {
  const account = requireAccount(user, services);
  demand(mayActOn(actor.rank, account.role));
  const action = disabled ? "user_disable" : "user_enable";
  act(actor, {
    action,
    target: account.name,
    effect: () => {
      services.accountChanges.setDisabled(account.id, disabled ? services.now() : null);
    },
  }, services);
  if (disabled) endSessions(account, services.texts.say("account_disabled"), services);
  return account;
}

/**
 * Deletes an account and closes its connections. Its messages and their sender's name stay. @throws
 * {ProtocolError}
 */
export async function deleteUser(
  actor: Actor,
  { user }: Pick<NewUser, "user">,
  services: Services,
): Promise<Account> {
  const account = shutOut(user, services);
  await finish(
    account,
    () => services.accountChanges.detachMessages(account.id),
    { actor, services },
  );
  act(actor, {
    action: "user_delete",
    target: account.name,
    effect: () => {
      services.accountChanges.delete(account.id);
    },
  }, services);
  return account;
}

/** Erases an account with its private messages and, if requested, its public ones. @throws {ProtocolError} */
export async function eraseUser(
  actor: Actor,
  { user, publicMessages }: Erasure & { user: string },
  services: Services,
): Promise<Account> {
  const { personalData } = services;
  const account = shutOut(user, services);
  const erasure = { publicMessages };
  await finish(
    account,
    () => personalData.eraseMessages(account.id, erasure),
    { actor, services },
  );
  const reason = detailOfErasure(erasure);
  act(actor, {
    action: "user_erase",
    target: account.name,
    reason,
    effect: () => {
      personalData.eraseAccount(account, erasure);
    },
  }, services);
  return account;
}

/** Returns the details of an erasure for the audit log. */
export function detailOfErasure({ publicMessages }: Erasure): string {
  return publicMessages ? "with its public messages" : "its public messages stay without a sender";
}

// While its messages are being removed, nobody may log in to the account and write more.
function shutOut(name: string, services: Services): Account {
  const account = requireAccount(name, services);
  services.log.storeNow();
  services.accountChanges.setDisabled(account.id, services.now());
  endSessions(account, services.texts.say("account_deleted"), services);
  return account;
}

async function finish(
  account: Account,
  batch: () => number,
  { actor, services }: { actor: Actor; services: Services },
): Promise<void> {
  const { id, name } = account;
  if (!await inSteps(batch, () => actor.session.closed)) {
    throw new ProtocolError("shutting_down", { reason: "not_finished", places: { name } });
  }
  // Another operator may have deleted or enabled the account meanwhile.
  demandAccount(services.accountStore.findById(id), name);
  endSessions(account, services.texts.say("account_deleted"), services);
}

/** Closes the connections of an account. */
export function endSessions({ id, key }: Account, text: string, services: Services): void {
  const user = services.roster.find(key);
  if (user?.accountId !== id) return;
  disconnectUser(user, { reason: "kicked", text }, services);
}
