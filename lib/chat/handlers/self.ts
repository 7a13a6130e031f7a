// Requests about the sender's own connection and account.
import { ProtocolError } from "../../protocol/errors.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf } from "../actor.ts";
import { leave } from "../conversation/lobby.ts";
import { currentRoom } from "../conversation/membership.ts";
import { demand } from "../permissions.ts";
import type { Session } from "../presence/session.ts";
import { reportRefusedLogin, requesterOf } from "../requester.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const selfHandlers = { password, whoami, ping, logout } satisfies Partial<Handlers>;

/** Changes the password of the asker's account. */
async function password(
  session: Session,
  request: RequestOf<"password">,
  services: Services,
): Promise<void> {
  demand(services.refusesPassword(session.peer));
  const account = session.user === undefined || session.user.accountId === null
    ? undefined
    : services.accountStore.findByKey(session.user.key);
  if (account === undefined) {
    throw new ProtocolError("login_required", { reason: "password_owner" });
  }
  try {
    await services.accounts.changePassword({
      account,
      old: request.old,
      new: request.new,
      requester: requesterOf(session),
    });
  } catch (error) {
    reportRefusedLogin(session, { name: account.name, error }, services);
    throw error;
  }
  reply(session, replyLine(request, { type: "password", status: "ok" }), services);
}

/** Replies with the name, role and channels of the asker. */
function whoami(session: Session, request: RequestOf<"whoami">, services: Services): void {
  const { name, rank: role } = actorOf(session, services);
  const { user } = session;
  const channels = user === undefined
    ? []
    : services.channels.of(user).map(({ channel }) => channel.name);
  const channel = user && currentRoom(session, services).channel.name;
  const state = user?.state ?? "online";
  const line = replyLine(request, { type: "whoami", name, role, channels, state, channel });
  reply(session, line, services);
}

/** Answers a ping, so that a client can tell a live server from a dead network. */
function ping(session: Session, request: RequestOf<"ping">, services: Services): void {
  reply(session, replyLine(request, { type: "pong" }), services);
}

/** Logs out: the connection returns to the state before it joined. */
function logout(session: Session, request: RequestOf<"logout">, services: Services): void {
  leave(session, services);
  session.loggedOut = true;
  reply(session, replyLine(request, { type: "logout", status: "ok" }), services);
}
