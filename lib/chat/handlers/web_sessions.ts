// Serves the requests about staying signed in: joining with a token, and listing and ending the tokens of an account.
import { ProtocolError } from "../../protocol/errors.ts";
import type { WebSessionRow } from "../../protocol/replies/web_sessions.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { requireUser } from "../actor.ts";
import { acceptInvite, enterInvited } from "../conversation/invited.ts";
import type { ResumeResult } from "../observer.ts";
import type { Session, User } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import { closeConnections } from "../web_sessions/ending.ts";
import { listWebSessions } from "../web_sessions/listing.ts";
import { findReturning, type Returning } from "../web_sessions/resuming.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of these requests. */
export const webSessionHandlers = {
  resume,
  sessions,
  end_session: endSession,
} satisfies Partial<Handlers>;

/** Joins as the user that the token was given to. The reply is sent before all lines that follow from the join. */
function resume(session: Session, request: RequestOf<"resume">, services: Services): void {
  const returning = find(session, request.token, services);
  const { name, role, expiresAt, mustChange, account, enter } = returning;
  // Stores and delivers the messages of this connection before it becomes another user.
  if (session.unreported > 0) services.log.storeNow();
  services.observer.resumed(session.peer, "ok");
  const expires = expiresAt === undefined ? undefined : formatTime(expiresAt);
  const room = account && acceptInvite(session, account, services);
  const line = replyLine(request, {
    type: "resume",
    status: "ok",
    username: name,
    role,
    expires,
    channel: room?.channel.name,
    must_change: mustChange ? true : undefined,
  });
  reply(session, line, services);
  enter();
  enterInvited(session, room, services);
}

const RESULTS: ReadonlyMap<string, ResumeResult> = new Map([
  ["session_expired", "expired"],
  ["throttled", "throttled"],
  ["banned", "banned"],
]);

function find(session: Session, token: string, services: Services): Returning {
  try {
    return findReturning(session, token, services);
  } catch (error) {
    const result = error instanceof ProtocolError ? RESULTS.get(error.code) : undefined;
    if (result !== undefined) services.observer.resumed(session.peer, result);
    throw error;
  }
}

/** Lists the tokens of the account. */
function sessions(session: Session, request: RequestOf<"sessions">, services: Services): void {
  const { accountId } = ownerOf(session);
  const rows: WebSessionRow[] = listWebSessions(accountId, session.token, services);
  reply(session, replyLine(request, { type: "sessions", sessions: rows }), services);
}

/** Ends a token of the account, and closes the other connections that use it. */
function endSession(
  session: Session,
  request: RequestOf<"end_session">,
  services: Services,
): void {
  const user = ownerOf(session);
  const { id } = request;
  const token = services.webSessions.end(user.accountId, id);
  if (token === undefined) throw new ProtocolError("bad_request", { reason: "no_session" });
  if (session.token === token) session.token = undefined;
  reply(session, replyLine(request, { type: "end_session", status: "ok", id }), services);
  closeConnections(user, (other) => other.token === token, services);
}

/** Returns the member that the connection has joined as. @throws {ProtocolError} `login_required` if there is none. */
function ownerOf(session: Session): User & { readonly accountId: number } {
  const user = requireUser(session);
  if (user.accountId !== null) return user as User & { readonly accountId: number };
  throw new ProtocolError("login_required", { reason: "accounts" });
}
