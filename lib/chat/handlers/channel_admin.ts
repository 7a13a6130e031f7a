// Requests of operators about channels.
import { replyLine } from "../../protocol/reply.ts";
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

/** Makes a channel. */
export function channelCreate(
  session: Session,
  request: RequestOf<"channel_create">,
  services: Services,
): void {
  const room = createChannel(actorOf(session, services), settingsOf(request), services);
  confirm(session, { request, room }, services);
}

/** Changes a channel. */
export function channelUpdate(
  session: Session,
  request: RequestOf<"channel_update">,
  services: Services,
): void {
  const room = updateChannel(actorOf(session, services), settingsOf(request), services);
  confirm(session, { request, room }, services);
}

/** Deletes a channel. */
export function channelDelete(
  session: Session,
  request: RequestOf<"channel_delete">,
  services: Services,
): void {
  const { channel } = deleteChannel(actorOf(session, services), request, services);
  const { type, ref } = request;
  reply(session, replyLine({ type, status: "ok", channel: channel.name, ref }), services);
}

function settingsOf(
  request: RequestOf<"channel_create"> | RequestOf<"channel_update">,
): ChannelSettings {
  return { ...request, readOnly: request.read_only };
}

function confirm(
  session: Session,
  { request, room }: { request: { type: string; ref?: string }; room: Room },
  services: Services,
): void {
  const { name, topic, roles, accounts, readOnly } = room.channel;
  const { type, ref } = request;
  reply(
    session,
    replyLine({
      type,
      status: "ok",
      channel: name,
      topic,
      roles,
      accounts,
      read_only: readOnly,
      ref,
    }),
    services,
  );
}
