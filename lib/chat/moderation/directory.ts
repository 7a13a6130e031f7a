// What the school's directory does to accounts: the first login creates one, later ones bring its name, role and groups
// up to date, and an entry that is gone loses its sessions.
import type { DirectoryPerson } from "../../auth/directory.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { looksOf } from "../../protocol/look_alikes.ts";
import { nameKey } from "../../protocol/names.ts";
import { type Account, NO_PASSWORD } from "../../store/accounts.ts";
import { GROUPS_MAX } from "../../store/groups.ts";
import { yieldName } from "../conversation/lobby.ts";
import { evictUnadmitted } from "../conversation/membership.ts";
import { renameMembers } from "../conversation/renaming.ts";
import { demand } from "../permissions.ts";
import type { Services } from "../services.ts";
import { forgetTokens } from "../web_sessions/ending.ts";
import { endSessions } from "./accounts.ts";
import { admitByNewKeys } from "./class_import.ts";

/** The actor of these changes in the audit log. No user can have this name. */
export const DIRECTORY_ACTOR = "directory:ldap";

/** Receives why an entry cannot have an account or a name, for the log. */
export type Report = (problem: string) => void;

/**
 * Creates the account of a person, or brings it up to date. All of it is one transaction, and takes effect at once for
 * users who are online.
 *
 * @returns `undefined` if the person cannot have an account, or the account is disabled.
 * @throws {ProtocolError} `busy` if a new account cannot be stored.
 */
export function admitPerson(
  person: DirectoryPerson,
  services: Services,
  report: Report,
): Account | undefined {
  const known = services.directoryAccounts.find(person.id);
  if (known === undefined) return createAccount(person, services, report);
  if (known.disabledAt !== null) return undefined;
  const changes = changesOf(person, known, { services, report });
  return changes === undefined ? known : update(known, changes, services);
}

function createAccount(
  person: DirectoryPerson,
  services: Services,
  report: Report,
): Account | undefined {
  demand(services.refusesStoring());
  const { accounts, accountChanges, log, atomically, now } = services;
  try {
    const { name, key } = accounts.checkFree(person.names[0]);
    log.storeNow();
    const account = atomically(() => {
      const { role = "member", id: directoryId } = person;
      const made = accountChanges.create(
        { name, key, passwordHash: NO_PASSWORD, directoryId, role, now: now() },
      );
      note("user_add", name, { detail: `${role}; first login`, services });
      changeGroups(made, groupChanges(person, made, services), services);
      return made;
    });
    yieldName(account, services);
    return account;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    const why = error.code === "bad_username"
      ? "the chat does not permit this name"
      : "the name, or one that looks like it, belongs to another account";
    report(`entry ${person.id} cannot have an account named ${person.names[0]}: ${why}`);
    return undefined;
  }
}

interface Changes {
  readonly name: string | undefined;
  readonly role: Account["role"] | undefined;
  readonly groups: GroupChanges;
}

interface GroupChanges {
  /** The names of groups to join. */
  readonly join: readonly string[];
  /** The groups to leave. */
  readonly leave: readonly number[];
}

// Returns `undefined` if nothing changes, so that a login on a full disk needs no write.
function changesOf(
  person: DirectoryPerson,
  known: Account,
  { services, report }: { readonly services: Services; readonly report: Report },
): Changes | undefined {
  const groups = groupChanges(person, known, services);
  const role = person.role === known.role ? undefined : person.role;
  const name = newName(person, known, { services, report });
  const isNothing = name === undefined && role === undefined &&
    groups.join.length + groups.leave.length === 0;
  return isNothing ? undefined : { name, role, groups };
}

// An entry may have several names. The account keeps the one that it has.
function newName(
  { names }: DirectoryPerson,
  known: Account,
  { services, report }: { readonly services: Services; readonly report: Report },
): string | undefined {
  const name = names.find((each) => nameKey(each) === known.key) ?? names[0];
  if (name === known.name) return undefined;
  const { accountStore } = services;
  const key = nameKey(name);
  const holder = accountStore.findByKey(key);
  const alike = accountStore.lookAlikes(name, [looksOf(name), looksOf(key)]);
  const others = [...(holder === undefined ? [] : [holder]), ...alike]
    .filter(({ id }) => id !== known.id);
  if (others.length === 0) return name;
  report(`${known.name} cannot be renamed to ${name}: the name belongs to another account`);
  return undefined;
}

function groupChanges(
  { groups: wanted }: DirectoryPerson,
  { id }: Account,
  { groups, directoryAccounts }: Services,
): GroupChanges {
  const given = directoryAccounts.givenGroups(id);
  const existing = wanted.map((name) => groups.find(nameKey(name)));
  const kept = new Set(existing.map((group) => group?.id));
  return {
    join: wanted.filter((_, index) => {
      const group = existing[index];
      return group === undefined || !groups.has(group.id, id);
    }),
    leave: given.filter((group) => !kept.has(group)),
  };
}

function update(
  known: Account,
  { name, role, groups }: Changes,
  services: Services,
): Account {
  const { accountChanges, accountStore, atomically, channels, log, roster, school } = services;
  log.storeNow();
  atomically(() => {
    if (name !== undefined) {
      const key = nameKey(name);
      school.rename([{ account: known.id, from: known.key, name, key }]);
      admitByNewKeys(new Map([[known.key, key]]), channels);
      note("user_rename", name, { detail: `${known.name} to ${name}`, services });
    }
    if (role !== undefined) {
      accountChanges.setRole(known.id, role);
      note("user_role", name ?? known.name, { detail: `${known.role} to ${role}`, services });
    }
    changeGroups({ ...known, name: name ?? known.name }, groups, services);
  });
  const account = accountStore.findById(known.id)!;
  if (name !== undefined) renameMembers([{ account, from: known.name }], services);
  if (role !== undefined) {
    const user = roster.find(account.key);
    if (user?.accountId === account.id) roster.setRole(user, role);
    forgetTokens(account, services);
  }
  if (role !== undefined || groups.leave.length > 0) evictUnadmitted(services);
  return account;
}

function changeGroups(
  { id, name }: Account,
  { join, leave }: GroupChanges,
  services: Services,
): void {
  const { groups, directoryAccounts, now } = services;
  const namesOfLeft = new Map(groups.of(id).map((group) => [group.id, group.name]));
  for (const group of leave) {
    directoryAccounts.take(group, id);
    note("group_remove", name, { detail: namesOfLeft.get(group) ?? "", services });
  }
  for (const group of join) {
    const key = nameKey(group);
    const existing = groups.find(key);
    if (existing === undefined && groups.count() >= GROUPS_MAX) continue;
    if (existing === undefined) note("group_create", group, { detail: "", services });
    const { id: groupId } = existing ?? groups.create({ name: group, key, now: now() });
    directoryAccounts.give(groupId, id);
    note("group_add", name, { detail: group, services });
  }
}

/** Ends the sessions of an account whose entry is removed or disabled. */
export function endAbsent(account: Account, why: string, services: Services): void {
  const { atomically, log, webSessions, texts } = services;
  log.storeNow();
  atomically(() => {
    webSessions.endAll(account.id);
    note("user_end_sessions", account.name, { detail: `all; ${why}`, services });
  });
  endSessions(account, texts.say("account_disabled"), services);
}

function note(
  action: string,
  target: string,
  { detail, services: { audit, now } }: { readonly detail: string; readonly services: Services },
): void {
  audit.append({
    at: now(),
    actor: DIRECTORY_ACTOR,
    actorAccount: null,
    action,
    target,
    channel: null,
    detail,
    address: "",
  });
}
