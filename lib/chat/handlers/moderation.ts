// Requests of moderators.
import { formatTime } from "../../protocol/reply.ts";
import type { BanRow, Subject } from "../../protocol/replies/moderation.ts";
import { replyLine, ReplyRows, write, type Written } from "../../protocol/replies/write.ts";
import type { RequestOf } from "../../protocol/request.ts";
import type { Ban } from "../../store/sanctions.ts";
import { actorOf } from "../actor.ts";
import { ban as banSubject, unban as unbanSubject } from "../moderation/bans.ts";
import { announceToAll, deleteMessage, setClosed, setTopic } from "../moderation/channels.ts";
import { kick as kickUser, mute as muteUser, unmute as unmuteUser } from "../moderation/users.ts";
import { reply, type Services } from "../services.ts";
import type { Session } from "../presence/session.ts";
import type { Handlers } from "./handler.ts";

/** The handlers of this family. */
export const moderationHandlers = {
  kick,
  mute,
  unmute,
  ban,
  unban,
  bans,
  delete: deleteOne,
  topic,
  announce,
  close_channel: closeChannel,
  open_channel: openChannel,
} satisfies Partial<Handlers>;

/** Removes a user from a channel, or disconnects the user. */
function kick(session: Session, request: RequestOf<"kick">, services: Services): void {
  const { name: user, channel } = kickUser(actorOf(session, services), request, services);
  reply(session, replyLine(request, { type: "kick", status: "ok", user, channel }), services);
}

/** Mutes a user. */
function mute(session: Session, request: RequestOf<"mute">, services: Services): void {
  const { name: user } = muteUser(actorOf(session, services), request, services);
  const { seconds } = request;
  reply(session, replyLine(request, { type: "mute", status: "ok", user, seconds }), services);
}

/** Unmutes a user. */
function unmute(session: Session, request: RequestOf<"unmute">, services: Services): void {
  const user = unmuteUser(actorOf(session, services), request, services);
  reply(session, replyLine(request, { type: "unmute", status: "ok", user }), services);
}

/** Bans a name or an address. */
function ban(session: Session, request: RequestOf<"ban">, services: Services): void {
  const made = banSubject(actorOf(session, services), request, services);
  const line = replyLine(request, {
    type: "ban",
    status: "ok",
    ...subjectOf(made.ban),
    seconds: request.seconds,
    from: made.from,
  });
  reply(session, line, services);
}

/** Lifts a ban. */
function unban(session: Session, request: RequestOf<"unban">, services: Services): void {
  const name = unbanSubject(actorOf(session, services), request, services);
  const subject = request.address === undefined ? { user: name } : { address: name };
  reply(session, replyLine(request, { type: "unban", status: "ok", ...subject }), services);
}

/** Lists the bans. */
function bans(session: Session, request: RequestOf<"bans">, services: Services): void {
  const rows = new ReplyRows(services.limits.replyBytes, banRow);
  const more = rows.addAll(services.sanctions.newestBans(services.now())) ? undefined : true;
  reply(session, replyLine(request, { type: "bans", bans: rows.reversed(), more }), services);
}

/** Deletes a message. */
function deleteOne(session: Session, request: RequestOf<"delete">, services: Services): void {
  const { id } = deleteMessage(actorOf(session, services), request, services);
  reply(session, replyLine(request, { type: "delete", status: "ok", id }), services);
}

/** Sets the topic of a channel. */
function topic(session: Session, request: RequestOf<"topic">, services: Services): void {
  const room = setTopic(actorOf(session, services), request, services);
  const { name: channel, topic } = room.channel;
  reply(session, replyLine(request, { type: "topic", status: "ok", channel, topic }), services);
}

/** Sends an announcement to everyone who is online. */
function announce(session: Session, request: RequestOf<"announce">, services: Services): void {
  announceToAll(actorOf(session, services), request, services);
  reply(session, replyLine(request, { type: "announce", status: "ok" }), services);
}

/** Closes a channel. */
function closeChannel(
  session: Session,
  request: RequestOf<"close_channel">,
  services: Services,
): void {
  const wanted = { channel: request.channel, closed: true, reason: request.reason };
  const room = setClosed(actorOf(session, services), wanted, services);
  const { name: channel } = room.channel;
  reply(session, replyLine(request, { type: "close_channel", status: "ok", channel }), services);
}

/** Reopens a channel. */
function openChannel(
  session: Session,
  request: RequestOf<"open_channel">,
  services: Services,
): void {
  const wanted = { channel: request.channel, closed: false, reason: request.reason };
  const room = setClosed(actorOf(session, services), wanted, services);
  const { name: channel } = room.channel;
  reply(session, replyLine(request, { type: "open_channel", status: "ok", channel }), services);
}

function banRow(ban: Ban): Written<BanRow> {
  return write({
    ...subjectOf(ban),
    reason: ban.reason,
    by: ban.by,
    since: formatTime(ban.createdAt),
    until: ban.until === null ? undefined : formatTime(ban.until),
  });
}

function subjectOf({ kind, name }: Ban): Subject {
  return kind === "user" ? { user: name } : { address: name };
}
