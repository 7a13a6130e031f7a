// Requests about channels: join, leave, and which there are.
import { toAsciiJson } from "../../protocol/json.ts";
import { listLine, ReplyItems, replyLine } from "../../protocol/reply.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf } from "../actor.ts";
import type { Room, Session } from "../presence/session.ts";
import { joinChannel, leaveChannel } from "../conversation/membership.ts";
import { countVisible, listMembers, listRooms } from "../conversation/visibility.ts";
import { isRestricted } from "../permissions.ts";
import { reply, type Services } from "../services.ts";

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
