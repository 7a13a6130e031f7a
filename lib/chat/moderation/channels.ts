// Actions of moderators and operators on channels and messages: topics, closing, announcements, deleting messages.
import type { StoredMessage } from "../../store/messages.ts";
import { type Actor, rankOfAccountId } from "../actor.ts";
import { act } from "./act.ts";
import { because, shown } from "../wording.ts";
import type { Room, Session } from "../presence/session.ts";
import { requireKnown } from "../conversation/membership.ts";
import { demand, mayDelete, maySetTopic } from "../permissions.ts";
import { type Notice, tell, tellMembers, tellNow } from "../delivery/notices.ts";
import { checkSize } from "../conversation/posting.ts";
import { isReadable, markOf } from "../conversation/reading.ts";
import { refuseMuted } from "../conversation/sanctions.ts";
import type { Services } from "../services.ts";

/** Sets the topic of a channel. @throws {ProtocolError} */
export function setTopic(
  actor: Actor,
  { channel: name, topic }: { channel: string; topic: string },
  services: Services,
): Room {
  const { channels, texts } = services;
  const room = requireKnown(name, actor, services);
  demand(maySetTopic(actor, room.channel));
  refuseMuted(actor.session, services);
  const channel = room.channel.name;
  act(
    actor,
    { action: "topic", channel, effect: () => channels.change(room, { topic }) },
    services,
  );
  const text = texts.say("topic_set", { actor: shown(actor, services), channel, topic });
  tellMembers({ channel, except: actor.session }, { text, code: "topic", channel }, services);
  return room;
}

/** Closes a channel, or reopens it. @throws {ProtocolError} */
export function setClosed(
  actor: Actor,
  { channel: name, closed, reason }: { channel: string; closed: boolean; reason: string },
  services: Services,
): Room {
  const room = requireKnown(name, actor, services);
  const channel = room.channel.name;
  const action = closed ? "close_channel" : "open_channel";
  act(actor, {
    action,
    channel,
    reason,
    effect: () => {
      services.channels.change(room, { closed });
    },
  }, services);
  const text = services.texts.say(closed ? "channel_closed" : "channel_opened", {
    actor: shown(actor, services),
    channel,
  });
  const code = closed ? "channel_closed" : "channel_opened";
  const why = because(reason, services);
  const { general } = services.channels;
  const hint = closed && room !== general
    ? services.texts.say("write_elsewhere", { channel: general.channel.name })
    : "";
  const sessions = sessionsOf(room, actor.session);
  const isThere = (session: Session) => session.channel === room;
  tell(sessions.filter(isThere), { text: text + hint + why, code, channel }, services);
  const others = sessions.filter((session) => !isThere(session));
  tell(others, { text: text + why, code, channel }, services);
  return room;
}

/** Sends an announcement to everyone who is online. @throws {ProtocolError} */
export function announceToAll(
  actor: Actor,
  { content }: { content: string },
  services: Services,
): void {
  checkSize({ content, extra: null }, services.limits);
  refuseMuted(actor.session, services);
  act(actor, { action: "announce", effect: () => {} }, services);
  const others = [...services.roster.sessions].filter((session) => session !== actor.session);
  tell(others, { text: content, code: "announcement" }, services);
}

/** Deletes a message. @throws {ProtocolError} */
export function deleteMessage(
  actor: Actor,
  { id, reason }: { id: number; reason: string },
  services: Services,
): StoredMessage {
  const { history, log, texts } = services;
  log.storeNow();
  const message = history.find(id);
  demand(mayDelete(actor, describe(actor, message, services)));
  const { channel } = message!;
  act(actor, {
    action: "delete",
    target: String(id),
    ...(channel === null ? {} : { channel }),
    reason,
    effect: () => history.delete(id),
  }, services);
  const text = channel === null
    ? texts.say("private_deleted")
    : texts.say("message_deleted", { channel });
  const notice: Notice = { text, code: "deleted", id, channel: channel ?? undefined };
  const except = actor.session;
  if (channel !== null) tellMembers({ channel, except }, notice, services);
  else tellParties(message!, { notice, except }, services);
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

// Tells the sender and the recipient of a private message. A guest is known by name only, and another user may
// have that name by now.
function tellParties(
  message: StoredMessage,
  { notice, except }: { notice: Notice; except: Session },
  services: Services,
): void {
  const accounts = new Set([message.senderAccount, message.recipientAccount]);
  accounts.delete(null);
  function run(): void {
    const parties = [...services.roster.users].filter(({ accountId }) =>
      accountId !== null && accounts.has(accountId)
    );
    const told = parties.flatMap(({ sessions }) => [...sessions])
      .filter((session) => session !== except);
    tellNow(told, notice, services);
  }
  services.log.append({ kind: "local", run });
}

function sessionsOf({ members }: Room, except: Session): Session[] {
  return [...members].flatMap(({ sessions }) => [...sessions])
    .filter((session) => session !== except);
}
