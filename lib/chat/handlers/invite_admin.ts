// Requests of operators and admins about invitations and times of open registration.
import { showInviteCode } from "../../protocol/invite_codes.ts";
import type { InviteRow, RegistrationRow } from "../../protocol/replies/invite_admin.ts";
import { replyLine, ReplyRows, write } from "../../protocol/replies/write.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { type Invite, stateOf } from "../../store/invites/invites.ts";
import type { RegistrationWindow } from "../../store/invites/registration_windows.ts";
import { type Actor, actorOf } from "../actor.ts";
import { createInvite, requireInvite, revokeInvite } from "../moderation/invites.ts";
import { closeRegistration, openRegistration } from "../moderation/registration.ts";
import { demand, mayManageAccounts } from "../permissions.ts";
import type { Session } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const inviteAdminHandlers = {
  invite_create: inviteCreate,
  invites: inviteList,
  invite_revoke: inviteRevoke,
  registration_open: registrationOpen,
  registration_close: registrationClose,
  registration: registrationStatus,
} satisfies Partial<Handlers>;

/** Creates an invitation. */
function inviteCreate(
  session: Session,
  request: RequestOf<"invite_create">,
  services: Services,
): void {
  const { uses, expires: seconds, channel, register } = request;
  const wanted = { uses, seconds, channel, register };
  const invite = createInvite(managerOf(session, services), wanted, services);
  const line = replyLine(request, {
    type: "invite_create",
    status: "ok",
    ...rowOf(invite, services),
    ...codeOf(invite, services),
  });
  reply(session, line, services);
}

/** Lists the invitations, or describes one. */
function inviteList(session: Session, request: RequestOf<"invites">, services: Services): void {
  managerOf(session, services);
  const rows = new ReplyRows(
    services.limits.replyBytes,
    (invite: Invite) => write(rowOf(invite, services)),
  );
  const { id } = request;
  const found = id === undefined ? services.invites.list() : [requireInvite(id, services)];
  const more = rows.addAll(found) ? undefined : true;
  reply(session, replyLine(request, { type: "invites", invites: rows.written(), more }), services);
}

/** Revokes an invitation. */
function inviteRevoke(
  session: Session,
  request: RequestOf<"invite_revoke">,
  services: Services,
): void {
  const { id } = revokeInvite(managerOf(session, services), request.id, services);
  reply(session, replyLine(request, { type: "invite_revoke", status: "ok", id }), services);
}

/** Opens registration for a time. */
function registrationOpen(
  session: Session,
  request: RequestOf<"registration_open">,
  services: Services,
): void {
  const wanted = { seconds: request.for, network: request.network };
  const window = openRegistration(managerOf(session, services), wanted, services);
  const line = replyLine(request, {
    type: "registration_open",
    status: "ok",
    ...windowRow(window),
  });
  reply(session, line, services);
}

/** Ends the times of open registration: all of them, or that of one network. */
function registrationClose(
  session: Session,
  request: RequestOf<"registration_close">,
  services: Services,
): void {
  const actor = managerOf(session, services);
  const { network, closed } = closeRegistration(actor, request.network, services);
  const line = replyLine(request, { type: "registration_close", status: "ok", network, closed });
  reply(session, line, services);
}

/** Replies whether registration is open, and for whom. */
function registrationStatus(
  session: Session,
  request: RequestOf<"registration">,
  services: Services,
): void {
  managerOf(session, services);
  const line = replyLine(request, {
    type: "registration",
    registration: services.registration,
    windows: services.registrationWindows.list().map(windowRow),
  });
  reply(session, line, services);
}

// Invitations and open registration let people create accounts.
function managerOf(session: Session, services: Services): Actor {
  demand(mayManageAccounts(services.accountAdmin));
  return actorOf(session, services);
}

function rowOf(invite: Invite, services: Services): InviteRow {
  const state = stateOf(invite, services.now());
  return {
    id: invite.id,
    ...(state === "open" ? codeOf(invite, services) : {}),
    state,
    channel: invite.channel ?? undefined,
    register: invite.registers,
    uses: invite.usesMax,
    used: invite.uses,
    created_by: invite.createdBy,
    created_at: formatTime(invite.createdAt),
    expires: formatTime(invite.expiresAt),
  };
}

function codeOf(invite: Invite, { pageAddress }: Services): { code: string; link: string } {
  const code = showInviteCode(invite.code);
  return { code, link: `${pageAddress()}/j/${code}` };
}

function windowRow({ network, until, openedBy, openedAt }: RegistrationWindow): RegistrationRow {
  return {
    network: network ?? undefined,
    until: formatTime(until),
    opened_by: openedBy,
    opened_at: formatTime(openedAt),
  };
}
