// Requests about channels: join, leave, and which there are.
import { toAsciiJson } from "../../protocol/json.ts";
import { listLine, ReplyItems, replyLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf, askerOf } from "../actor.ts";
import type { Room } from "../channels.ts";
import { joinChannel, leaveChannel } from "../membership.ts";
import { isAdmitted, isRestricted } from "../permissions.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../session.ts";

/** Joins a channel, which is made if need be, and makes it the connection's current one. */
export function join(
  session: Session,
  { channel: name, ref }: RequestOf<"join">,
  services: Services,
): void {
  const room = joinChannel(session, name, services);
  const { channel } = room;
  const { names } = listMembers(session, room, services);
  const { name: shown, topic } = channel;
  reply(
    session,
    replyLine({ type: "join", status: "ok", channel: shown, topic, users: names, ref }),
    services,
  );
}

/** Leaves a channel, or the current one. */
export function leave(
  session: Session,
  { channel: name, ref }: RequestOf<"leave">,
  services: Services,
): void {
  const { channel } = leaveChannel(session, name, services);
  reply(
    session,
    replyLine({ type: "leave", status: "ok", channel: channel.name, ref }),
    services,
  );
}

/** Lists the channels that the asker is admitted to. */
export function channels(
  session: Session,
  { ref }: RequestOf<"channels">,
  services: Services,
): void {
  actorOf(session, services);
  const items = new ReplyItems(services.limits.replyBytes, describeRoom);
  const all = items.addAll(listRooms(session, services));
  const line = listLine({
    members: { type: "channels" },
    name: "channels",
    items: items.texts,
    last: { ...(all ? {} : { more: true }), ref },
  });
  reply(session, line, services);
}

/** The channels that whoever speaks over a connection may know of. */
export function listRooms(session: Session, services: Services): Room[] {
  const asker = askerOf(session, services);
  return services.channels.list().filter(({ channel }) => isAdmitted(asker, channel));
}

function describeRoom({ channel, members }: Room): string {
  const { name, topic, closed, readOnly } = channel;
  return toAsciiJson({
    name,
    topic,
    members: countVisible({ members }),
    restricted: isRestricted(channel),
    ...(closed ? { closed } : {}),
    ...(readOnly ? { read_only: true } : {}),
  });
}

/** The names and states of a channel's members, as the asker may see them. */
export function listMembers(
  session: Session,
  room: Room,
  { roster, channels }: Services,
): ReturnType<Services["roster"]["list"]> {
  // Where that is everyone, the roster has the list ready.
  return room === channels.general && room.members.size === roster.size
    ? roster.list(session.user)
    : roster.listOf(room.members, session.user);
}

/** How many of the members that are online want to be seen. */
export function countVisible({ members }: Pick<Room, "members">): number {
  let count = 0;
  for (const { hidden } of members) if (!hidden) count++;
  return count;
}
