// Actions of operators and admins on groups of accounts. Users who lose a channel with a group lose it at once.
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { quoted } from "../../protocol/phrases.ts";
import type { Account } from "../../store/accounts.ts";
import { type Group, GROUPS_MAX, type GroupStore } from "../../store/groups.ts";
import { type Actor, userAsker } from "../actor.ts";
import { evict } from "../conversation/membership.ts";
import { demand, isAdmitted, mayActOn } from "../permissions.ts";
import type { Room } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { requireAccount } from "./accounts.ts";
import { act, actTogether } from "./act.ts";

/** Returns the group with a name. @throws {ProtocolError} `unknown_group` */
export function requireGroup(name: string, groups: Pick<GroupStore, "find">): Group {
  const group = groups.find(nameKey(name));
  if (group !== undefined) return group;
  throw new ProtocolError("unknown_group", { places: { group: quoted(name) } });
}

/** Checks that no other group has the name. @param own The group that may have it. @throws {ProtocolError} */
export function requireFreeGroup(
  name: string,
  groups: Pick<GroupStore, "find">,
  own?: Group,
): void {
  const existing = groups.find(nameKey(name));
  if (existing === undefined || existing.id === own?.id) return;
  throw new ProtocolError("bad_request", {
    reason: "group_exists",
    places: { group: existing.name },
  });
}

/** Checks that there is room for one more group. @throws {ProtocolError} */
export function requireRoomForGroup(groups: Pick<GroupStore, "count">): void {
  if (groups.count() < GROUPS_MAX) return;
  throw new ProtocolError("bad_request", {
    reason: "too_many_groups",
    places: { max: GROUPS_MAX },
  });
}

/** Creates a group without accounts. @throws {ProtocolError} */
export function createGroup(actor: Actor, name: string, services: Services): Group {
  const { groups, now } = services;
  requireFreeGroup(name, groups);
  requireRoomForGroup(groups);
  return act(actor, {
    action: "group_create",
    target: name,
    effect: () => groups.create({ name, key: nameKey(name), now: now() }),
  }, services);
}

/** Deletes a group. Its accounts stay; channels that name it admit nobody through it. @throws {ProtocolError} */
export function deleteGroup(actor: Actor, name: string, services: Services): Group {
  const { groups } = services;
  const group = requireGroup(name, groups);
  act(actor, {
    action: "group_delete",
    target: group.name,
    effect: () => groups.delete(group.id),
  }, services);
  for (const room of services.channels.list()) {
    if (room.channel.groups.includes(group.key)) evictFrom(room, services);
  }
  return group;
}

/** Renames a group. Channels that admit it admit it under the new name. @throws {ProtocolError} */
export function renameGroup(
  actor: Actor,
  { group: before, name }: { readonly group: string; readonly name: string },
  services: Services,
): Group {
  const { groups, channels } = services;
  const group = requireGroup(before, groups);
  requireFreeGroup(name, groups, group);
  const key = nameKey(name);
  return act(actor, {
    action: "group_rename",
    target: group.name,
    reason: `to ${name}`,
    effect: () => {
      for (const room of channels.list()) {
        const admitted = renameIn(room.channel.groups, group.key, key);
        if (admitted !== undefined) channels.change(room, { groups: admitted });
      }
      return groups.rename(group.id, { name, key });
    },
  }, services);
}

/** Replaces a key in a channel's list of groups. @returns The new list; `undefined` if the key is not in the list. */
export function renameIn(
  groups: readonly string[],
  before: string,
  after: string,
): readonly string[] | undefined {
  if (!groups.includes(before)) return undefined;
  return [...new Set(groups.map((group) => group === before ? after : group))];
}

/** Accounts to add to a group, or to remove from it. */
export interface GroupChange {
  readonly group: string;
  /** Names of accounts. */
  readonly users: readonly string[];
}

/** Adds accounts to a group. If one does not exist, none is added. @throws {ProtocolError} */
export function addToGroup(actor: Actor, change: GroupChange, services: Services): GroupChange {
  return changeMembers(actor, { action: "group_add", ...change }, services);
}

/** Removes accounts from a group. If one does not exist, none is removed. @throws {ProtocolError} */
export function removeFromGroup(
  actor: Actor,
  change: GroupChange,
  services: Services,
): GroupChange {
  return changeMembers(actor, { action: "group_remove", ...change }, services);
}

function changeMembers(
  actor: Actor,
  { action, group: name, users }: GroupChange & { action: "group_add" | "group_remove" },
  services: Services,
): GroupChange {
  const { groups } = services;
  const group = requireGroup(name, groups);
  const accounts = accountsToChange(
    users.map((user) => {
      const account = requireAccount(user, services);
      demand(mayActOn(actor.rank, account.role));
      return account;
    }),
    (id) => groups.has(group.id, id) === (action === "group_remove"),
  );
  const ids = accounts.map(({ id }) => id);
  if (ids.length > 0) {
    actTogether(actor, {
      acts: accounts.map((account) => ({ action, target: account.name, reason: group.name })),
      effect: () =>
        action === "group_add" ? groups.add(group.id, ids) : groups.remove(group.id, ids),
    }, services);
  }
  if (action === "group_remove") evictAccounts(accounts, services);
  return { group: group.name, users: accounts.map(({ name }) => name) };
}

/** Returns the accounts that need a change, each once. */
export function accountsToChange(
  accounts: readonly Account[],
  needsChange: (id: number) => boolean,
): Account[] {
  const byId = new Map(accounts.map((account) => [account.id, account]));
  return [...byId.values()].filter(({ id }) => needsChange(id));
}

// Removes users from a channel that no longer admits them.
function evictFrom(room: Room, services: Services): void {
  for (const user of [...room.members]) {
    if (!isAdmitted(userAsker(user, services), room.channel)) evict(user, room, services);
  }
}

// Removes accounts that are online from the channels that no longer admit them.
function evictAccounts(
  accounts: Iterable<Pick<Account, "id" | "key">>,
  services: Services,
): void {
  const { roster, channels } = services;
  for (const { id, key } of accounts) {
    const user = roster.find(key);
    if (user?.accountId !== id) continue;
    const asker = userAsker(user, services);
    for (const room of channels.of(user)) {
      if (!isAdmitted(asker, room.channel)) evict(user, room, services);
    }
  }
}
