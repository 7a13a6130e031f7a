// Requests about who is here: status, users, whoami; and the small ones, ping and logout.
import { ProtocolError } from "../../protocol/errors.ts";
import { DEFAULT_CHANNEL, replyLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { resolveChannel } from "../channels.ts";
import { announce, leave } from "../lobby.ts";
import type { User } from "../roster.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";

/** Sets the asker's state and tells the others. */
export function status(
  session: Session,
  { state }: RequestOf<"status">,
  services: Services,
): void {
  const user = requireUser(session);
  services.roster.setState(user, state);
  services.observer.stateChanged(session.peer, user.name, state);
  announce(user, session, services);
}

/** Lists who is online; allowed before joining. */
export function users(
  session: Session,
  { channel, ref }: RequestOf<"users">,
  services: Services,
): void {
  if (channel !== undefined) resolveChannel(channel);
  const { names, states } = services.roster.list(session.user);
  reply(session, replyLine({ type: "users", channel, users: names, states, ref }), services);
}

/** Tells a joined connection who it is. */
export function whoami(session: Session, { ref }: RequestOf<"whoami">, services: Services): void {
  const { name, role, state } = requireUser(session);
  const channels = [DEFAULT_CHANNEL];
  reply(session, replyLine({ type: "whoami", name, role, channels, state, ref }), services);
}

/** Answers, so that a client can tell a live server from a dead network. */
export function ping(session: Session, { ref }: RequestOf<"ping">, services: Services): void {
  reply(session, replyLine({ type: "pong", ref }), services);
}

/** Takes the connection back to unjoined. */
export function logout(session: Session, { ref }: RequestOf<"logout">, services: Services): void {
  leave(session, services);
  reply(session, replyLine({ type: "logout", status: "ok", ref }), services);
}

function requireUser(session: Session): User {
  if (session.user !== undefined) return session.user;
  throw new ProtocolError("login_required", "Log in or send a message first.");
}
