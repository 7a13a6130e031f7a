// Commands about channels, people and oneself.
import { ProtocolError } from "../../protocol/errors.ts";
import { actorOf, askerOf } from "../actor.ts";
import { setTopic } from "../channel_acts.ts";
import type { Room } from "../channels.ts";
import { priceOfPresence } from "../cost.ts";
import { countVisible, listMembers, listRooms } from "../handlers/channels.ts";
import { renameGuest } from "../lobby.ts";
import { currentRoom, leaveChannel, moveTo, requireKnown, requireReadable } from "../membership.ts";
import { isRestricted } from "../permissions.ts";
import { checkSize, findRecipient, postPrivately, postToRoom } from "../posting.ts";
import { muteOf, refuseMuted } from "../sanctions.ts";
import { untilText } from "../acts.ts";
import { actorIn, type Command, type Context, knownIn, linesBelow, needed } from "./command.ts";
import type { Words } from "./parse.ts";

/** The commands. */
export const chatCommands: readonly Command[] = [
  { name: "join", request: "join", run: join },
  { name: "leave", request: "leave", run: leave },
  { name: "channels", request: "channels", run: channels },
  { name: "who", request: "users", run: who },
  { name: "msg", request: "message", run: msg },
  { name: "me", request: "message", run: me },
  { name: "topic", request: "topic", run: topic },
  { name: "nick", request: "message", run: nick },
  { name: "whoami", request: "whoami", run: whoami },
  {
    name: "password",
    request: "message",
    run: ({ services }) => services.texts.say("password_advice"),
  },
];

function join({ session, services }: Context, words: Words): string {
  const room = moveTo(session, needed(words.channel()), services);
  const { texts } = services;
  const lines = [texts.say("moved", { channel: room.channel.name })];
  if (room.channel.topic !== "") lines.push(texts.say("topic_is", { topic: room.channel.topic }));
  lines.push(
    texts.say("members_are", { names: namesText(namesIn(room, session, services), services) }),
  );
  return lines.join("\n");
}

function leave({ session, services, room }: Context, words: Words): string {
  const left = leaveChannel(session, words.channel() ?? room.channel.name, services);
  const current = currentRoom(session, services).channel.name;
  return services.texts.say("left", { channel: left.channel.name, current });
}

function channels({ session, user, services }: Context): string {
  const { texts, limits } = services;
  const lines = listRooms(session, services).map((room) => {
    const { channel, members } = room;
    const marks = [
      members.has(user) ? "*" : "",
      isRestricted(channel) ? texts.say("mark_restricted") : "",
      channel.closed ? texts.say("mark_closed") : "",
    ].join("");
    const { name, topic } = channel;
    const count = countVisible(room);
    return texts.say("channel_line", { mark: marks, channel: name, members: count, topic }).trim();
  });
  return linesBelow(
    texts.say("channels_head"),
    [...lines, texts.say("channels_tail")],
    { keep: "first", maxBytes: limits.contentBytes },
  );
}

function who({ session, services }: Context, words: Words): string {
  const { texts, roster } = services;
  const name = words.channel();
  if (name === undefined) {
    const { names } = roster.list(session.user);
    return texts.say("who_all", { count: names.length, names: namesText(names, services) });
  }
  const room = requireReadable(name, session, services);
  const names = namesIn(room, session, services);
  return texts.say("who_channel", {
    channel: room.channel.name,
    count: names.length,
    names: namesText(names, services),
  });
}

function namesIn(
  room: Room,
  session: Context["session"],
  services: Context["services"],
): readonly string[] {
  return listMembers(session, room, services).names;
}

// So many characters fill a screen; a thousand names would be longer than a content may be.
const NAMES_LENGTH = 1_500;

function namesText(names: readonly string[], { texts }: Context["services"]): string {
  if (names.length === 0) return texts.say("nobody");
  const text = names.join(", ");
  if (text.length <= NAMES_LENGTH) return text;
  return `${text.slice(0, text.lastIndexOf(", ", NAMES_LENGTH))}, …`;
}

function msg(context: Context, words: Words): string {
  const { session, services } = context;
  const name = needed(words.user(knownIn(context)));
  const content = needed(words.rest);
  const recipient = findRecipient(name, services);
  postPrivately(session, recipient, { content, extra: null, ref: undefined }, services);
  const isKept = !recipient.online && recipient.accountId !== null;
  return services.texts.say(isKept ? "message_kept" : "message_sent", { name: recipient.name });
}

function me({ session, user, services, room, ref }: Context, words: Words): undefined {
  const content = `* ${user.name} ${needed(words.rest)}`;
  checkSize({ content, extra: null }, services.limits);
  postToRoom(session, room, { content, extra: null, ref }, services);
}

function topic(context: Context, words: Words): string {
  const { session, services } = context;
  const { texts } = services;
  const name = words.channelIfAny() ?? context.room.channel.name;
  if (words.rest === "") {
    const { channel } = requireKnown(name, askerOf(session, services), services);
    return channel.topic === ""
      ? texts.say("no_topic", { channel: channel.name })
      : texts.say("topic_is", { topic: channel.topic });
  }
  const room = setTopic(actorIn(context), { channel: name, topic: words.note() }, services);
  return texts.say("topic_done", { channel: room.channel.name, topic: room.channel.topic });
}

function nick({ session, user, services }: Context, words: Words): string {
  if (user.accountId !== null) {
    throw new ProtocolError("forbidden", "Only guests take another name.", {
      reason: "guests_only",
    });
  }
  refuseMuted(session, services);
  const old = session.knownAs ?? user.name;
  renameGuest(user, needed(words.rest), services);
  services.addressLimit.charge(session, priceOfPresence(services.roster.sessions.size));
  services.observer.joined(session.peer, user.name, "guest");
  return services.texts.say("renamed_to", { name: user.name, old });
}

function whoami({ session, user, services }: Context): string {
  const { texts, now } = services;
  const { name, rank } = actorOf(session, services);
  const text = texts.say("whoami", {
    name,
    role: texts.say(`role_${rank}`),
    channels: services.channels.of(user).map(({ channel }) => channel.name).join(", ") ||
      texts.say("no_channel"),
    current: currentRoom(session, services).channel.name,
  });
  const mute = muteOf(session, now());
  if (mute === undefined) return text;
  const time = untilText(mute.until, now(), services);
  return `${text}\n${texts.say("whoami_muted", { time })}`;
}
