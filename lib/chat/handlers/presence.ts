// Requests about who is here: status, users, whoami; and the small ones, ping and logout.
import { ackLine, replyLine, usersLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf, requireUser } from "../actor.ts";
import { priceOfPresence } from "../limits/cost.ts";
import { announce, leave } from "../conversation/lobby.ts";
import { currentRoom, requireReadable } from "../conversation/membership.ts";
import { refuseMuted } from "../conversation/sanctions.ts";
import { listMembers } from "../conversation/visibility.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";

/** What clients have buttons for. */
const USUAL_STATES: ReadonlySet<string> = new Set([
  "online",
  "away",
  "dnd",
  "do not disturb",
  "invisible",
  "offline",
]);

/** Sets the asker's state and tells the others. */
export function status(
  session: Session,
  { state, ref }: RequestOf<"status">,
  services: Services,
): void {
  const user = requireUser(session);
  // A state is free text that everyone hears.
  if (!USUAL_STATES.has(state.trim().toLowerCase())) refuseMuted(session, services);
  const { roster, addressLimit } = services;
  roster.setState(user, state);
  addressLimit.charge(session, priceOfPresence(roster.sessions.size));
  services.observer.stateChanged(session.peer, user.name, state);
  announce(user, session, services);
  if (ref !== undefined) reply(session, ackLine(ref, { sentAt: services.now() }), services);
}

/** Lists who is online, or who is in a channel; allowed before joining. */
export function users(
  session: Session,
  { channel: name, sentType, ref }: RequestOf<"users">,
  services: Services,
): void {
  const room = name === undefined ? undefined : requireReadable(name, session, services);
  const { json } = room === undefined
    ? services.roster.list(session.user)
    : listMembers(session, room, services);
  // One client shows a reply of another type than its `who` as unknown.
  const type = sentType.toLowerCase() === "who" ? "who" : "users";
  reply(session, usersLine(json, { type, channel: room?.channel.name, ref }), services);
}

/** Tells a joined connection who it is. */
export function whoami(session: Session, { ref }: RequestOf<"whoami">, services: Services): void {
  const { name, rank } = actorOf(session, services);
  const { user } = session;
  const channels = user === undefined
    ? []
    : services.channels.of(user).map(({ channel }) => channel.name);
  const channel = user && currentRoom(session, services).channel.name;
  const state = user?.state ?? "online";
  reply(
    session,
    replyLine({ type: "whoami", name, role: rank, channels, state, channel, ref }),
    services,
  );
}

/** Answers, so that a client can tell a live server from a dead network. */
export function ping(session: Session, { ref }: RequestOf<"ping">, services: Services): void {
  reply(session, replyLine({ type: "pong", ref }), services);
}

/** Takes the connection back to unjoined. */
export function logout(session: Session, { ref }: RequestOf<"logout">, services: Services): void {
  leave(session, services);
  session.loggedOut = true;
  reply(session, replyLine({ type: "logout", status: "ok", ref }), services);
}
