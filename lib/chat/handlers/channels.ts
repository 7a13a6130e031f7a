// Requests that join, leave and list channels.
import type { ChannelRow } from "../../protocol/replies/channels.ts";
import { replyLine, ReplyRows, write, type Written } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf } from "../actor.ts";
import type { Room, Session } from "../presence/session.ts";
import { joinChannel, leaveChannel } from "../conversation/membership.ts";
import { countVisible, listMembers, listRooms } from "../conversation/visibility.ts";
import { isRestricted } from "../permissions.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const channelHandlers = { join, leave, channels } satisfies Partial<Handlers>;

/** Joins a channel and makes it the connection's current channel. The channel is created if it does not exist. */
function join(session: Session, request: RequestOf<"join">, services: Services): void {
  const room = joinChannel(session, request.channel, services);
  const { names: users } = listMembers(session, room, services);
  const { name: channel, topic } = room.channel;
  const line = replyLine(request, { type: "join", status: "ok", channel, topic, users });
  reply(session, line, services);
}

/** Leaves a channel; without a name, the current one. */
function leave(session: Session, request: RequestOf<"leave">, services: Services): void {
  const { name: channel } = leaveChannel(session, request.channel, services).channel;
  reply(session, replyLine(request, { type: "leave", status: "ok", channel }), services);
}

/** Lists the channels that the asker is admitted to. */
function channels(session: Session, request: RequestOf<"channels">, services: Services): void {
  actorOf(session, services);
  const rows = new ReplyRows(services.limits.replyBytes, describeRoom);
  const more = rows.addAll(listRooms(session, services)) ? undefined : true;
  const line = replyLine(request, { type: "channels", channels: rows.written(), more });
  reply(session, line, services);
}

function describeRoom(room: Room): Written<ChannelRow> {
  return write(channelRow(room));
}

/** Returns the row that represents a channel in replies. */
export function channelRow({ channel, members }: Room): ChannelRow {
  const { name, topic, closed, readOnly } = channel;
  return {
    name,
    topic,
    members: countVisible({ members }),
    restricted: isRestricted(channel),
    closed: closed || undefined,
    read_only: readOnly || undefined,
  };
}
