// Requests of operators about channels.
import type { ChannelSettings as ChannelReply } from "../../protocol/replies/channel_admin.ts";
import { replyLine } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import { actorOf } from "../actor.ts";
import {
  type ChannelSettings,
  createChannel,
  deleteChannel,
  updateChannel,
} from "../moderation/channel_admin.ts";
import type { Room, Session } from "../presence/session.ts";
import { reply, type Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const channelAdminHandlers = {
  channel_create: channelCreate,
  channel_update: channelUpdate,
  channel_delete: channelDelete,
} satisfies Partial<Handlers>;

/** Creates a channel. */
function channelCreate(
  session: Session,
  request: RequestOf<"channel_create">,
  services: Services,
): void {
  const room = createChannel(actorOf(session, services), settingsOf(request), services);
  const settings = describe(room, services);
  const line = replyLine(request, { type: "channel_create", status: "ok", ...settings });
  reply(session, line, services);
}

/** Changes a channel. */
function channelUpdate(
  session: Session,
  request: RequestOf<"channel_update">,
  services: Services,
): void {
  const room = updateChannel(actorOf(session, services), settingsOf(request), services);
  const settings = describe(room, services);
  const line = replyLine(request, { type: "channel_update", status: "ok", ...settings });
  reply(session, line, services);
}

/** Deletes a channel. */
function channelDelete(
  session: Session,
  request: RequestOf<"channel_delete">,
  services: Services,
): void {
  const room = deleteChannel(actorOf(session, services), request, services);
  const { name: channel } = room.channel;
  reply(session, replyLine(request, { type: "channel_delete", status: "ok", channel }), services);
}

function settingsOf(
  request: RequestOf<"channel_create"> | RequestOf<"channel_update">,
): ChannelSettings {
  return { ...request, readOnly: request.read_only };
}

function describe({ channel }: Room, services: Services): ChannelReply {
  const { name, topic, roles, accounts, readOnly } = channel;
  const groups = channel.groups.map((key) => services.groups.find(key)?.name ?? key);
  return { channel: name, topic, roles, accounts, read_only: readOnly, groups };
}
