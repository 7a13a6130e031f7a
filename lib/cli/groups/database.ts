// Changes groups in the database while no server runs.
import { requireAccount } from "../../chat/moderation/accounts.ts";
import {
  accountsToChange,
  type GroupChange,
  renameIn,
  requireFreeGroup,
  requireGroup,
  requireRoomForGroup,
} from "../../chat/moderation/groups.ts";
import { nameKey } from "../../protocol/names.ts";
import type { GroupReplies } from "../../protocol/replies/groups.ts";
import { parseRequest, type RequestOf } from "../../protocol/request.ts";
import { ChannelStore } from "../../store/channels.ts";
import { GroupStore } from "../../store/groups.ts";
import { transact } from "../../store/transaction.ts";
import type { AccountTools } from "../accounts/offline.ts";
import type { GroupAdmin, GroupMembers, GroupRequest } from "./group_admin.ts";

type Answers = { readonly [T in GroupRequest]: (request: RequestOf<T>) => GroupReplies[T] };

/** Returns an interface to the groups in the database. The rules and the errors are those of the server. */
export function databaseGroups(tools: AccountTools): GroupAdmin {
  const answers = answersOf(tools);
  return {
    ask<T extends GroupRequest>(type: T, members: GroupMembers<T>) {
      const line = JSON.stringify({ type, ...members });
      const request = parseRequest(line, () => "operator");
      // The compiler does not see that a line of this type becomes a request of this type.
      return Promise.resolve(transact(tools.database, () => answers[type](request as never)));
    },
    checkAccounts(names) {
      for (const name of names) requireAccount(name, { accountStore: tools.store });
      return Promise.resolve();
    },
  };
}

/** Each answer runs in a transaction. */
function answersOf({ database, store, note }: AccountTools): Answers {
  const groups = new GroupStore(database);
  const channels = new ChannelStore(database);
  function change(action: "group_add" | "group_remove", wanted: GroupChange): GroupChange {
    const group = requireGroup(wanted.group, groups);
    const accounts = accountsToChange(
      wanted.users.map((user) => requireAccount(user, { accountStore: store })),
      (id) => groups.has(group.id, id) === (action === "group_remove"),
    );
    const ids = accounts.map(({ id }) => id);
    if (action === "group_add") groups.add(group.id, ids);
    else groups.remove(group.id, ids);
    for (const { name } of accounts) note(action, name, group.name);
    return { group: group.name, users: accounts.map(({ name }) => name) };
  }
  return {
    groups: () => ({
      type: "groups",
      groups: groups.list().map(({ name, isClass, members }) => ({
        name,
        class: isClass,
        members,
      })),
    }),
    group_show({ group: name }) {
      const group = requireGroup(name, groups);
      const members = groups.members(group.id).map(({ name, role, disabledAt }) => ({
        name,
        role,
        disabled: disabledAt !== null,
      }));
      const { name: shown, isClass } = group;
      return { type: "group_show", status: "ok", group: shown, class: isClass, members };
    },
    group_create({ group }) {
      requireFreeGroup(group, groups);
      requireRoomForGroup(groups);
      groups.create({ name: group, key: nameKey(group), now: Date.now() });
      note("group_create", group);
      return { type: "group_create", status: "ok", group };
    },
    group_delete({ group: name }) {
      const { id, name: group } = requireGroup(name, groups);
      groups.delete(id);
      note("group_delete", group);
      return { type: "group_delete", status: "ok", group };
    },
    group_rename({ group: before, name }) {
      const group = requireGroup(before, groups);
      requireFreeGroup(name, groups, group);
      const key = nameKey(name);
      for (const channel of channels.list()) {
        const admitted = renameIn(channel.groups, group.key, key);
        if (admitted !== undefined) channels.update(channel.id, { groups: admitted });
      }
      groups.rename(group.id, { name, key });
      note("group_rename", group.name, `to ${name}`);
      return { type: "group_rename", status: "ok", group: name };
    },
    group_add: (request) => ({ type: "group_add", status: "ok", ...change("group_add", request) }),
    group_remove: (request) => ({
      type: "group_remove",
      status: "ok",
      ...change("group_remove", request),
    }),
  };
}
