// Requests of operators and admins about groups of accounts.
import { NAME_UNITS_MAX, nameKey } from "../../protocol/names.ts";
import type { GroupMemberRow, GroupRow } from "../../protocol/replies/groups.ts";
import { replyLine, ReplyRows, write, type Written } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import type { CountedGroup, GroupMember } from "../../store/groups.ts";
import { type Actor, actorOf } from "../actor.ts";
import { priceOfRows } from "../limits/cost.ts";
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
  managerOf(session, services);
  const rows = new ReplyRows(services.limits.replyBytes, groupRow);
  const all = rows.addAll(services.groups.list(keyAfter(request)));
  services.addressLimit.charge(session, priceOfRows(rows.size));
  const more = all ? undefined : true;
  reply(session, replyLine(request, { type: "groups", groups: rows.written(), more }), services);
}

function groupRow({ name, isClass, members }: CountedGroup): Written<GroupRow> {
  return write({ name, class: isClass, members });
}

// The maximum number of members in one reply. Reading them takes about 3 ms.
const MEMBERS_MAX = 500;

/** Lists the accounts in a group. */
function show(session: Session, request: RequestOf<"group_show">, services: Services): void {
  managerOf(session, services);
  const { groups, limits, addressLimit } = services;
  const { id, name, isClass } = requireGroup(request.group, groups);
  const rows = new ReplyRows(limits.replyBytes, memberRow);
  // One more than fits shows whether more follow.
  const page = groups.members(id, { after: keyAfter(request), most: MEMBERS_MAX + 1 });
  const fits = rows.addAll(page.slice(0, MEMBERS_MAX));
  addressLimit.charge(session, priceOfRows(page.length));
  const line = replyLine(request, {
    type: "group_show",
    status: "ok",
    group: name,
    class: isClass,
    members: rows.written(),
    more: page.length > MEMBERS_MAX || !fits ? true : undefined,
  });
  reply(session, line, services);
}

function memberRow({ name, role, disabledAt }: GroupMember): Written<GroupMemberRow> {
  return write({ name, role, disabled: disabledAt !== null });
}

function keyAfter({ after = "" }: { readonly after?: string | undefined }): string {
  return nameKey(after.slice(0, NAME_UNITS_MAX));
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
