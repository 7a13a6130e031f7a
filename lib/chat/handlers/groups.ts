// Requests of operators about groups of accounts.
import type { GroupMemberRow, GroupRow } from "../../protocol/replies/groups.ts";
import { replyLine, ReplyRows, write } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { type Actor, actorOf } from "../actor.ts";
import {
  addToGroup,
  createGroup,
  deleteGroup,
  removeFromGroup,
  renameGroup,
  requireGroup,
} from "../moderation/groups.ts";
import { demand, mayManageAccounts } from "../permissions.ts";
import type { Session } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const groupHandlers = {
  groups: list,
  group_show: show,
  group_create: create,
  group_delete: remove,
  group_rename: rename,
  group_add: addUsers,
  group_remove: removeUsers,
} satisfies Partial<Handlers>;

/** Lists the groups. */
function list(session: Session, request: RequestOf<"groups">, services: Services): void {
  const groups: GroupRow[] = services.groups.list().map(({ name, isClass, members }) => ({
    name,
    class: isClass,
    members,
  }));
  reply(session, replyLine(request, { type: "groups", groups }), services);
}

// Members to read in one step, which takes less than a millisecond of writing.
const MEMBERS_STEP = 500;

/** Lists the accounts in a group. */
async function show(
  session: Session,
  request: RequestOf<"group_show">,
  services: Services,
): Promise<void> {
  managerOf(session, services);
  const { groups, turns } = services;
  const { id, name: group, isClass } = requireGroup(request.group, groups);
  const rows = new ReplyRows(Infinity, write<GroupMemberRow>);
  let after = "";
  for (;;) {
    const page = groups.members(id, { after, most: MEMBERS_STEP });
    for (const { name, role, disabledAt } of page) {
      rows.add({ name, role, disabled: disabledAt !== null });
    }
    const last = page.at(-1);
    if (last === undefined || page.length < MEMBERS_STEP) break;
    after = last.key;
    await turns.next(session.network);
  }
  const members = rows.written();
  const line = replyLine(request, {
    type: "group_show",
    status: "ok",
    group,
    class: isClass,
    members,
  });
  reply(session, line, services);
}

/** Creates a group. */
function create(session: Session, request: RequestOf<"group_create">, services: Services): void {
  const { name: group } = createGroup(managerOf(session, services), request.group, services);
  reply(session, replyLine(request, { type: "group_create", status: "ok", group }), services);
}

/** Deletes a group. */
function remove(session: Session, request: RequestOf<"group_delete">, services: Services): void {
  const { name: group } = deleteGroup(managerOf(session, services), request.group, services);
  reply(session, replyLine(request, { type: "group_delete", status: "ok", group }), services);
}

/** Renames a group. */
function rename(session: Session, request: RequestOf<"group_rename">, services: Services): void {
  const { name: group } = renameGroup(managerOf(session, services), request, services);
  reply(session, replyLine(request, { type: "group_rename", status: "ok", group }), services);
}

/** Adds accounts to a group. */
function addUsers(session: Session, request: RequestOf<"group_add">, services: Services): void {
  const changed = addToGroup(managerOf(session, services), request, services);
  reply(session, replyLine(request, { type: "group_add", status: "ok", ...changed }), services);
}

/** Removes accounts from a group. */
function removeUsers(
  session: Session,
  request: RequestOf<"group_remove">,
  services: Services,
): void {
  const changed = removeFromGroup(managerOf(session, services), request, services);
  reply(session, replyLine(request, { type: "group_remove", status: "ok", ...changed }), services);
}

function managerOf(session: Session, services: Services): Actor {
  demand(mayManageAccounts(services.accountAdmin));
  return actorOf(session, services);
}
