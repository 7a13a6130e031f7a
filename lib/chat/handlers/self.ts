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
import { closeConnections, closeSignedIn, endToken, endTokensOf } from "../web_sessions/ending.ts";
import { giveToken, NO_TOKEN } from "../web_sessions/giving.ts";
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
  // The tokens of the account ended with the old password. Connections that use one of them are closed.
  const user = session.user?.accountId === account.id ? session.user : undefined;
  const { members, token } = request.session && user !== undefined
    ? giveToken(session, account.id, services)
    : NO_TOKEN;
  if (user !== undefined) session.token = token;
  reply(session, replyLine(request, { type: "password", status: "ok", ...members }), services);
  closeSignedIn(account, (other) => other !== session, services);
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

/** Logs out: returns the connection to the state before it joined, and ends its token, or all tokens of the user. */
function logout(session: Session, request: RequestOf<"logout">, services: Services): void {
  const { user, token } = session;
  if (token !== undefined) endToken(token, services);
  if (user !== undefined) {
    if (request.everywhere) endTokensOf(user, services);
    const isEnded = (other: Session) => request.everywhere || other.token === token;
    closeConnections(user, (other) => other !== session && isEnded(other), services);
  }
  leave(session, services);
  session.loggedOut = true;
  reply(session, replyLine(request, { type: "logout", status: "ok" }), services);
}
