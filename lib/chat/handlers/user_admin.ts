// Requests of operators about accounts.
import { formatTime, replyLine } from "../../protocol/reply.ts";
import type { RequestOf, RequestType } from "../../protocol/request.ts";
import { type Actor, actorOf } from "../actor.ts";
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

/** Tells about an account. */
export function userShow(
  session: Session,
  request: RequestOf<"user_show">,
  services: Services,
): void {
  managerOf(session, services);
  const account = requireAccount(request.user, services);
  const { name, role, disabledAt, createdAt, lastLoginAt } = account;
  confirm(session, request, {
    user: name,
    role,
    disabled: disabledAt !== null,
    created_at: formatTime(createdAt),
    last_login_at: lastLoginAt === null ? undefined : formatTime(lastLoginAt),
  }, services);
}

/** Makes an account. */
export async function userAdd(
  session: Session,
  request: RequestOf<"user_add">,
  services: Services,
): Promise<void> {
  const { name, role } = await addUser(managerOf(session, services), request, services);
  const accounts = services.accountChanges.count();
  confirm(session, request, { user: name, role, accounts }, services);
}

/** Sets the password of an account. */
export async function userPasswd(
  session: Session,
  request: RequestOf<"user_passwd">,
  services: Services,
): Promise<void> {
  const { name } = await setUserPassword(managerOf(session, services), request, services);
  confirm(session, request, { user: name }, services);
}

/** Gives an account another role. */
export function userRole(
  session: Session,
  request: RequestOf<"user_role">,
  services: Services,
): void {
  const { name } = setUserRole(managerOf(session, services), request, services);
  confirm(session, request, { user: name, role: request.role }, services);
}

/** Keeps an account from logging in. */
export function userDisable(
  session: Session,
  request: RequestOf<"user_disable">,
  services: Services,
): void {
  const wanted = { user: request.user, disabled: true };
  const { name } = setUserDisabled(managerOf(session, services), wanted, services);
  confirm(session, request, { user: name }, services);
}

/** Lets a disabled account log in again. */
export function userEnable(
  session: Session,
  request: RequestOf<"user_enable">,
  services: Services,
): void {
  const wanted = { user: request.user, disabled: false };
  const { name } = setUserDisabled(managerOf(session, services), wanted, services);
  confirm(session, request, { user: name }, services);
}

/** Deletes an account. */
export async function userDelete(
  session: Session,
  request: RequestOf<"user_delete">,
  services: Services,
): Promise<void> {
  const { name } = await deleteUser(managerOf(session, services), request, services);
  confirm(session, request, { user: name }, services);
}

/** Erases an account. */
export async function userErase(
  session: Session,
  request: RequestOf<"user_erase">,
  services: Services,
): Promise<void> {
  const wanted = { user: request.user, publicMessages: request.messages };
  const { name } = await eraseUser(managerOf(session, services), wanted, services);
  confirm(session, request, { user: name }, services);
}

function managerOf(session: Session, services: Services): Actor {
  demand(mayManageAccounts(services.accountAdmin));
  return actorOf(session, services);
}

function confirm(
  session: Session,
  { type, ref }: { type: RequestType; ref?: string | undefined },
  members: Record<string, unknown>,
  services: Services,
): void {
  reply(session, replyLine({ type, status: "ok", ...members, ref }), services);
}
