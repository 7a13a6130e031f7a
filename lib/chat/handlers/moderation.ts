// Requests of moderators.
import { toAsciiJson } from "../../protocol/json.ts";
import { formatTime, listLine, ReplyItems, replyLine } from "../../protocol/reply.ts";
import type { RequestOf, RequestType } from "../../protocol/request.ts";
import type { Ban } from "../../store/sanctions.ts";
import { actorOf } from "../actor.ts";
import { ban as banSubject, unban as unbanSubject } from "../moderation/bans.ts";
import { announceToAll, deleteMessage, setClosed, setTopic } from "../moderation/channels.ts";
import { kick as kickUser, mute as muteUser, unmute as unmuteUser } from "../moderation/users.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";

/** Takes somebody out of a channel, or disconnects them. */
export function kick(
  session: Session,
  request: RequestOf<"kick">,
  services: Services,
): void {
  const { name, channel } = kickUser(actorOf(session, services), request, services);
  confirm(session, request, { user: name, channel }, services);
}

/** Silences somebody. */
export function mute(
  session: Session,
  request: RequestOf<"mute">,
  services: Services,
): void {
  const { name } = muteUser(actorOf(session, services), request, services);
  confirm(session, request, { user: name, seconds: request.seconds }, services);
}

/** Lets somebody speak again. */
export function unmute(
  session: Session,
  request: RequestOf<"unmute">,
  services: Services,
): void {
  const user = unmuteUser(actorOf(session, services), request, services);
  confirm(session, request, { user }, services);
}

/** Keeps a name or an address out. */
export function ban(
  session: Session,
  request: RequestOf<"ban">,
  services: Services,
): void {
  const made = banSubject(actorOf(session, services), request, services);
  const { seconds } = request;
  const from = made.from;
  confirm(session, request, { ...subjectOf(made.ban), seconds, from }, services);
}

/** Lets a name or an address in again. */
export function unban(
  session: Session,
  request: RequestOf<"unban">,
  services: Services,
): void {
  const name = unbanSubject(actorOf(session, services), request, services);
  const subject = request.address === undefined ? { user: name } : { address: name };
  confirm(session, request, subject, services);
}

/** Lists the bans. */
export function bans(
  session: Session,
  { ref }: RequestOf<"bans">,
  services: Services,
): void {
  const items = new ReplyItems(services.limits.replyBytes, banJson);
  const all = items.addAll(services.sanctions.newestBans(services.now()));
  const line = listLine({
    members: { type: "bans" },
    name: "bans",
    items: items.texts.toReversed(),
    last: { ...(all ? {} : { more: true }), ref },
  });
  reply(session, line, services);
}

/** Deletes a message. */
export function deleteOne(
  session: Session,
  request: RequestOf<"delete">,
  services: Services,
): void {
  const { id } = deleteMessage(actorOf(session, services), request, services);
  confirm(session, request, { id }, services);
}

/** Sets the topic of a channel. */
export function topic(
  session: Session,
  request: RequestOf<"topic">,
  services: Services,
): void {
  const { channel } = setTopic(actorOf(session, services), request, services);
  confirm(session, request, { channel: channel.name, topic: channel.topic }, services);
}

/** Tells everyone something. */
export function announce(
  session: Session,
  request: RequestOf<"announce">,
  services: Services,
): void {
  announceToAll(actorOf(session, services), request, services);
  confirm(session, request, {}, services);
}

/** Closes a channel. */
export function closeChannel(
  session: Session,
  { type, channel, reason, ref }: RequestOf<"close_channel">,
  services: Services,
): void {
  const room = setClosed(actorOf(session, services), { channel, closed: true, reason }, services);
  confirm(session, { type, ref }, { channel: room.channel.name }, services);
}

/** Opens a channel again. */
export function openChannel(
  session: Session,
  { type, channel, reason, ref }: RequestOf<"open_channel">,
  services: Services,
): void {
  const room = setClosed(actorOf(session, services), { channel, closed: false, reason }, services);
  confirm(session, { type, ref }, { channel: room.channel.name }, services);
}

function banJson(ban: Ban): string {
  return toAsciiJson({
    ...subjectOf(ban),
    reason: ban.reason,
    by: ban.by,
    since: formatTime(ban.createdAt),
    ...(ban.until === null ? {} : { until: formatTime(ban.until) }),
  });
}

function subjectOf({ kind, name }: Ban): { user: string } | { address: string } {
  return kind === "user" ? { user: name } : { address: name };
}

function confirm(
  session: Session,
  { type, ref }: { type: RequestType; ref?: string | undefined },
  members: Record<string, unknown>,
  services: Services,
): void {
  reply(session, replyLine({ type, status: "ok", ...members, ref }), services);
}
