// Requests about who is online and about states.
import type { PersonRow } from "../../protocol/replies/presence.ts";
import { replyLine, ReplyRows, write } from "../../protocol/replies/write.ts";
import { ackLine, formatTime } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf, requireUser } from "../actor.ts";
import { announce } from "../conversation/announcing.ts";
import { requireReadable } from "../conversation/membership.ts";
import { muteOfUser, refuseMuted } from "../conversation/sanctions.ts";
import { listMembers, listPeople } from "../conversation/visibility.ts";
import { priceOfPresence } from "../limits/cost.ts";
import { atLeast } from "../permissions.ts";
import type { Session, User } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const presenceHandlers = { status, users, people } satisfies Partial<Handlers>;

/** The states that clients have buttons for. */
const USUAL_STATES: ReadonlySet<string> = new Set([
  "online",
  "away",
  "dnd",
  "do not disturb",
  "invisible",
  "offline",
]);

/** Sets the asker's state and tells the others. */
function status(session: Session, { state, ref }: RequestOf<"status">, services: Services): void {
  const user = requireUser(session);
  // Other states are free text that everyone receives, so a muted user may not set them.
  if (!USUAL_STATES.has(state.trim().toLowerCase())) refuseMuted(session, services);
  const { roster, addressLimit } = services;
  roster.setState(user, state);
  addressLimit.charge(session, priceOfPresence(roster.sessions.size));
  services.observer.stateChanged(session.peer, user.name, state);
  announce(user, session, services);
  if (ref !== undefined) reply(session, ackLine(ref, { sentAt: services.now() }), services);
}

/** Lists the users who are online or in a channel. Allowed before joining. */
function users(session: Session, request: RequestOf<"users">, services: Services): void {
  const { channel: name, sentType } = request;
  const room = name === undefined ? undefined : requireReadable(name, session, services);
  const list = room === undefined
    ? services.roster.list(session.user)
    : listMembers(session, room, services);
  // One client treats a reply with another type than its `who` as unknown.
  const type = sentType.toLowerCase() === "who" ? "who" : "users";
  const line = replyLine(request, { type, channel: room?.channel.name, ...list.written });
  reply(session, line, services);
}

/** Lists the users who are online or in a channel, with roles and states. Moderators also see who is muted. */
function people(session: Session, request: RequestOf<"people">, services: Services): void {
  const { channel: name, after } = request;
  const { rank } = actorOf(session, services);
  const room = name === undefined ? undefined : requireReadable(name, session, services);
  const isStaff = atLeast(rank, "moderator");
  const rows = new ReplyRows(
    services.limits.replyBytes,
    (user: User) => write(personRow(user, isStaff, services)),
  );
  const more = rows.addAll(listPeople(session, { room, after }, services)) ? undefined : true;
  const channel = room?.channel.name;
  const line = replyLine(request, { type: "people", channel, people: rows.written(), more });
  reply(session, line, services);
}

function personRow(user: User, isStaff: boolean, services: Services): PersonRow {
  const { name, role, state } = user;
  const mute = isStaff ? muteOfUser(user, services.now()) : undefined;
  if (mute === undefined) return { name, role, state };
  const muted_until = mute.until === null ? null : formatTime(mute.until);
  return { name, role, state, muted_until };
}
