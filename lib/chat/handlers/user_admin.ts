// Requests of operators and admins about accounts.
import { formatTime } from "../../protocol/reply.ts";
import type { UserRow } from "../../protocol/replies/user_admin.ts";
import { replyLine, ReplyRows, write } from "../../protocol/replies/write.ts";
import { NAME_UNITS_MAX, nameKey } from "../../protocol/names.ts";
import type { RequestOf } from "../../protocol/request.ts";
import type { Account } from "../../store/accounts.ts";
import { type Actor, actorOf } from "../actor.ts";
import { priceOfRows } from "../limits/cost.ts";
import { demand, mayManageAccounts } from "../permissions.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";
import {
  addUser,
  deleteUser,
  eraseUser,
  requireAccount,
  setUserDisabled,
  setUserPassword,
  setUserRole,
} from "../moderation/accounts.ts";
import { endUserSessions } from "../moderation/web_sessions.ts";
import { listWebSessions } from "../web_sessions/listing.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const userAdminHandlers = {
  user_list: userList,
  user_show: userShow,
  user_add: userAdd,
  user_sessions: userSessions,
  user_end_sessions: userEndSessions,
  user_passwd: userPasswd,
  user_role: userRole,
  user_disable: userDisable,
  user_enable: userEnable,
  user_delete: userDelete,
  user_erase: userErase,
} satisfies Partial<Handlers>;

/** Lists accounts by name. */
function userList(
  session: Session,
  request: RequestOf<"user_list">,
  services: Services,
): void {
  managerOf(session, services);
  const { after = "", limit } = request;
  const rows = new ReplyRows(
    services.limits.replyBytes,
    (account: Account) => write(userRow(account)),
  );
  // One more than asked for shows whether more follow.
  const page = services.accountStore.page(nameKey(after.slice(0, NAME_UNITS_MAX)), limit + 1);
  const fits = rows.addAll(page.slice(0, limit));
  services.addressLimit.charge(session, priceOfRows(page.length));
  const line = replyLine(request, {
    type: "user_list",
    users: rows.written(),
    more: page.length > limit || !fits ? true : undefined,
    accounts: services.accountChanges.count(),
  });
  reply(session, line, services);
}

function userRow(account: Account): UserRow {
  const { name, role, disabledAt, directoryId, createdAt, lastLoginAt } = account;
  return {
    name,
    role,
    disabled: disabledAt !== null,
    directory: directoryId === null ? undefined : true,
    created_at: formatTime(createdAt),
    last_login_at: lastLoginAt === null ? undefined : formatTime(lastLoginAt),
  };
}

/** Replies with the details of an account. */
function userShow(
  session: Session,
  request: RequestOf<"user_show">,
  services: Services,
): void {
  managerOf(session, services);
  const account = requireAccount(request.user, services);
  const { name: user, ...row } = userRow(account);
  const line = replyLine(request, { type: "user_show", status: "ok", user, ...row });
  reply(session, line, services);
}

/** Creates an account. */
async function userAdd(
  session: Session,
  request: RequestOf<"user_add">,
  services: Services,
): Promise<void> {
  const { name: user, role } = await addUser(managerOf(session, services), request, services);
  const accounts = services.accountChanges.count();
  const line = replyLine(request, { type: "user_add", status: "ok", user, role, accounts });
  reply(session, line, services);
}

/** Lists the tokens of an account. */
function userSessions(
  session: Session,
  request: RequestOf<"user_sessions">,
  services: Services,
): void {
  managerOf(session, services);
  const { id, name: user } = requireAccount(request.user, services);
  const sessions = listWebSessions(id, undefined, services);
  const line = replyLine(request, { type: "user_sessions", status: "ok", user, sessions });
  reply(session, line, services);
}

/** Ends one token of an account, or all. */
function userEndSessions(
  session: Session,
  request: RequestOf<"user_end_sessions">,
  services: Services,
): void {
  const { account, ended } = endUserSessions(managerOf(session, services), request, services);
  const { name: user } = account;
  const line = replyLine(request, { type: "user_end_sessions", status: "ok", user, ended });
  reply(session, line, services);
}

/** Sets the password of an account. */
async function userPasswd(
  session: Session,
  request: RequestOf<"user_passwd">,
  services: Services,
): Promise<void> {
  const { name: user } = await setUserPassword(managerOf(session, services), request, services);
  reply(session, replyLine(request, { type: "user_passwd", status: "ok", user }), services);
}

/** Changes the role of an account. */
function userRole(
  session: Session,
  request: RequestOf<"user_role">,
  services: Services,
): void {
  const { name: user } = setUserRole(managerOf(session, services), request, services);
  const { role } = request;
  reply(session, replyLine(request, { type: "user_role", status: "ok", user, role }), services);
}

/** Disables an account, so that it can no longer log in. */
function userDisable(
  session: Session,
  request: RequestOf<"user_disable">,
  services: Services,
): void {
  const wanted = { user: request.user, disabled: true };
  const { name: user } = setUserDisabled(managerOf(session, services), wanted, services);
  reply(session, replyLine(request, { type: "user_disable", status: "ok", user }), services);
}

/** Enables a disabled account. */
function userEnable(
  session: Session,
  request: RequestOf<"user_enable">,
  services: Services,
): void {
  const wanted = { user: request.user, disabled: false };
  const { name: user } = setUserDisabled(managerOf(session, services), wanted, services);
  reply(session, replyLine(request, { type: "user_enable", status: "ok", user }), services);
}

/** Deletes an account. */
async function userDelete(
  session: Session,
  request: RequestOf<"user_delete">,
  services: Services,
): Promise<void> {
  const { name: user } = await deleteUser(managerOf(session, services), request, services);
  reply(session, replyLine(request, { type: "user_delete", status: "ok", user }), services);
}

/** Erases an account. */
async function userErase(
  session: Session,
  request: RequestOf<"user_erase">,
  services: Services,
): Promise<void> {
  const wanted = { user: request.user, publicMessages: request.messages };
  const { name: user } = await eraseUser(managerOf(session, services), wanted, services);
  reply(session, replyLine(request, { type: "user_erase", status: "ok", user }), services);
}

function managerOf(session: Session, services: Services): Actor {
  demand(mayManageAccounts(services.accountAdmin));
  return actorOf(session, services);
}
