// Serves `invite`, with which a client shows the code of an invitation.
import { replyLine } from "../../protocol/replies/write.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { holdInvite, roomOf } from "../invites/holding.ts";
import { isRegistrationOpen } from "../invites/using.ts";
import type { Session } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handler of `invite`. */
export const inviteHandlers = { invite } satisfies Partial<Handlers>;

/** Remembers an invitation for the connection, and replies with what it is for. */
function invite(session: Session, request: RequestOf<"invite">, services: Services): void {
  const held = holdInvite(session, request.code, services);
  const registers = services.registration !== false || isRegistrationOpen(session, services);
  const line = replyLine(request, {
    type: "invite",
    status: "ok",
    channel: roomOf(held, services)?.channel.name,
    guests: services.guests !== false,
    registers: held.registers && registers,
    expires: formatTime(held.expiresAt),
  });
  reply(session, line, services);
}
