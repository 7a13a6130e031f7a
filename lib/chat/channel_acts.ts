// What moderators and operators do to channels and to what was said: topics, closing, announcements,
// deleting.
import { encodeLines, systemLine } from "../protocol/reply.ts";
import type { StoredMessage } from "../store/messages.ts";
import { type Actor, rankOfAccountId } from "./actor.ts";
import { act, because } from "./acts.ts";
import type { Room } from "./channels.ts";
import { demand, requireKnown } from "./membership.ts";
import { shown } from "./moderation.ts";
import { type Notice, tell } from "./notices.ts";
import { mayDelete, maySetTopic } from "./permissions.ts";
import { checkSize } from "./posting.ts";
import { isReadable, markOf } from "./reading.ts";
import { refuseMuted } from "./sanctions.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";

/** Sets the topic of a channel. @throws {ProtocolError} */
export function setTopic(
  actor: Actor,
  { channel: name, topic }: { channel: string; topic: string },
  services: Services,
): Room {
  const { channels, texts, log, now } = services;
  const room = requireKnown(name, actor, services);
  demand(maySetTopic(actor, room.channel));
  refuseMuted(actor.session, services);
  const channel = room.channel.name;
  act(actor, { action: "topic", channel }, () => channels.change(room, { topic }), services);
  const text = texts.say("topic_set", { actor: shown(actor, services), channel, topic });
  const line = systemLine(text, now(), { code: "topic", channel });
  log.append({ kind: "line", line, channel, except: actor.session });
  return room;
}

/** Closes a channel, or opens it again. @throws {ProtocolError} */
export function setClosed(
  actor: Actor,
  { channel: name, closed, reason }: { channel: string; closed: boolean; reason: string },
  services: Services,
): Room {
  const room = requireKnown(name, actor, services);
  const channel = room.channel.name;
  const action = closed ? "close_channel" : "open_channel";
  act(actor, { action, channel, reason }, () => {
    services.channels.change(room, { closed });
  }, services);
  const text = services.texts.say(closed ? "channel_closed" : "channel_opened", {
    actor: shown(actor, services),
    channel,
  });
  const notice: Notice = {
    text: text + because(reason, services),
    code: closed ? "channel_closed" : "channel_opened",
    channel,
  };
  tell(sessionsOf(room, actor.session), notice, services);
  return room;
}

/** Tells everyone who joined something. @throws {ProtocolError} */
export function announceToAll(
  actor: Actor,
  { content }: { content: string },
  services: Services,
): void {
  checkSize({ content, extra: null }, services.limits);
  refuseMuted(actor.session, services);
  act(actor, { action: "announce" }, () => {}, services);
  const others = [...services.roster.sessions].filter((session) => session !== actor.session);
  tell(others, { text: content, code: "announcement" }, services);
}

/** Deletes a message. @throws {ProtocolError} */
export function deleteMessage(
  actor: Actor,
  { id, reason }: { id: number; reason: string },
  services: Services,
): StoredMessage {
  const { history, log, texts, now } = services;
  log.flush();
  const message = history.find(id);
  demand(mayDelete(actor, describe(actor, message, services)));
  const { channel } = message!;
  act(
    actor,
    {
      action: "delete",
      target: String(id),
      ...(channel === null ? {} : { channel }),
      reason,
    },
    () => history.delete(id),
    services,
  );
  const text = channel === null
    ? texts.say("private_deleted")
    : texts.say("message_deleted", { channel });
  const line = systemLine(text, now(), { code: "deleted", id, channel: channel ?? undefined });
  if (channel !== null) log.append({ kind: "line", line, channel, except: actor.session });
  else tellParties(message!, { line, actor }, services);
  return message!;
}

function describe(
  { session, accountId, rank }: Actor,
  message: StoredMessage | undefined,
  services: Services,
): Parameters<typeof mayDelete>[1] {
  if (message === undefined) return undefined;
  const { senderAccount, recipientAccount, channel, id } = message;
  const own = accountId !== null && senderAccount === accountId;
  const senderRank = rankOfAccountId(senderAccount, services);
  if (rank === "operator") return { readable: true, own, senderRank };
  if (channel === null) {
    const concerns = own || accountId !== null && recipientAccount === accountId;
    return { readable: concerns, own, senderRank };
  }
  const room = services.channels.find(channel);
  const readable = room !== undefined && isReadable(session, room, services) &&
    id > markOf(session, room, services);
  return { readable, own, senderRank };
}

// Both ends of a private message. Of guests nothing but a name is known, which another may bear by now.
function tellParties(
  message: StoredMessage,
  { line, actor }: { line: string; actor: Actor },
  { log, roster }: Services,
): void {
  const accounts = new Set([message.senderAccount, message.recipientAccount]);
  accounts.delete(null);
  const bytes = encodeLines(line);
  log.append({
    kind: "local",
    run() {
      for (const { accountId, sessions } of roster.users) {
        if (accountId === null || !accounts.has(accountId)) continue;
        for (const session of sessions) if (session !== actor.session) session.deliver(bytes);
      }
    },
  });
}

function sessionsOf({ members }: Room, except: Session): Session[] {
  return [...members].flatMap(({ sessions }) => [...sessions])
    .filter((session) => session !== except);
}
