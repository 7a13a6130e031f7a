// Commands about channels, users and oneself.
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { actorOf, askerOf } from "../actor.ts";
import { setTopic } from "../moderation/channels.ts";
import type { Room, User } from "../presence/session.ts";
import { priceOfPresence } from "../limits/cost.ts";
import type { TextKey, Texts } from "../texts/catalogue.ts";
import { countVisible, listMembers, listRooms } from "../conversation/visibility.ts";
import { renameGuest } from "../conversation/lobby.ts";
import {
  currentRoom,
  leaveChannel,
  moveTo,
  requireKnown,
  requireReadable,
} from "../conversation/membership.ts";
import { isRestricted } from "../permissions.ts";
import { checkSize, findRecipient, postPrivately, postToRoom } from "../conversation/posting.ts";
import { muteOf, refuseMuted } from "../conversation/sanctions.ts";
import { untilText } from "../wording.ts";
import { type Answer, excerpt, type Listing, namesText } from "./answer.ts";
import { actorIn, type Command, type Context, knownIn, needed } from "./command.ts";
import type { Words } from "./parse.ts";

/** The commands of this family. */
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

function join(context: Context, words: Words): Listing {
  const { session, services } = context;
  const room = moveTo(session, needed(words.channel()), services);
  const { texts } = services;
  const { name, topic } = room.channel;
  const { names } = listMembers(session, room, services);
  const members = { count: names.length, names: shownNames(names, context) };
  return {
    head: texts.say("moved", { channel: name }),
    items: [
      ...(topic === "" ? [] : [texts.say("topic_is", { topic: excerpt(topic, context.space) })]),
      texts.say("members_are", members),
    ],
    keep: "first",
  };
}

function leave({ session, services, room }: Context, words: Words): string {
  const left = leaveChannel(session, words.channel() ?? room.channel.name, services);
  const current = currentRoom(session, services).channel.name;
  return services.texts.say("left", { channel: left.channel.name, current });
}

function channels(context: Context): Listing {
  const { session, services } = context;
  const { texts } = services;
  const rooms = listRooms(session, services);
  return {
    head: texts.say("channels_head", { count: rooms.length }),
    items: rooms.map((room) => describe(room, context)),
    tail: texts.say("channels_tail"),
    keep: "first",
  };
}

function describe(room: Room, { user, services, space }: Context): string {
  const { texts } = services;
  const { channel, members } = room;
  const { name, topic, closed, readOnly } = channel;
  const marks = [
    ...(members.has(user) ? [texts.say("mark_here")] : []),
    ...(isRestricted(channel) ? [texts.say("mark_restricted")] : []),
    ...(closed ? [texts.say("mark_closed")] : []),
    ...(readOnly ? [texts.say("mark_read_only")] : []),
  ].join(", ");
  return texts.say(topic === "" ? "channel_line" : "channel_line_topic", {
    channel: name,
    members: countVisible(room),
    marks: marks === "" ? "" : ` [${marks}]`,
    topic: excerpt(topic, space, space.topic),
  });
}

function who(context: Context, words: Words): string {
  const { session, services } = context;
  const { texts, roster } = services;
  const name = words.channel();
  const room = name === undefined ? undefined : requireReadable(name, session, services);
  const { names } = room === undefined
    ? roster.list(session.user)
    : listMembers(session, room, services);
  return texts.say(room === undefined ? "who_all" : "who_channel", {
    channel: room?.channel.name ?? "",
    count: names.length,
    names: shownNames(names, context),
  });
}

// Formats the names of users. Role and state follow in square brackets, which no name contains.
function shownNames(names: readonly string[], { services, space }: Context): string {
  const { texts, roster } = services;
  function shown(name: string): string {
    const user = roster.find(nameKey(name));
    const marks = user === undefined ? [] : [...staffMark(user, texts), ...stateMark(user, texts)];
    return marks.length === 0 ? name : `${name} [${marks.join(", ")}]`;
  }
  return namesText(names, { space, texts, shown });
}

function staffMark({ role }: User, texts: Texts): string[] {
  return role === "moderator" || role === "admin" ? [texts.say(`role_${role}`)] : [];
}

const STATES: ReadonlyMap<string, TextKey> = new Map([
  ["away", "state_away"],
  ["dnd", "state_busy"],
  ["do not disturb", "state_busy"],
  ["invisible", "state_hidden"],
  ["offline", "state_hidden"],
]);

// Other states are free text and could contain anything.
function stateMark({ state }: User, texts: Texts): string[] {
  const key = STATES.get(state.trim().toLowerCase());
  return key === undefined ? [] : [texts.say(key)];
}

function msg(context: Context, words: Words): string {
  const { session, services } = context;
  const name = needed(words.user(knownIn(context)));
  const content = needed(words.rest);
  const recipient = findRecipient(name, services);
  postPrivately(session, { recipient, content, extra: null, asked: {} }, services);
  const isKept = services.roster.find(nameKey(recipient.name)) === undefined;
  return services.texts.say(isKept ? "message_kept" : "message_sent", { name: recipient.name });
}

function me({ session, user, services, room, asked }: Context, words: Words): undefined {
  const content = `* ${user.name} ${needed(words.rest)}`;
  checkSize({ content, extra: null }, services.limits);
  postToRoom(session, { room, content, extra: null, asked }, services);
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
    throw new ProtocolError("forbidden", { reason: "guests_only" });
  }
  refuseMuted(session, services);
  const old = session.addressee;
  renameGuest(user, needed(words.rest), services);
  services.addressLimit.charge(session, priceOfPresence(services.roster.sessions.size));
  services.observer.joined(session.peer, user.name, "guest");
  return session.modern
    ? services.texts.say("renamed_nick", { name: user.name })
    : services.texts.say("renamed_to", { name: user.name, old });
}

function whoami({ session, user, services, space }: Context): Answer {
  const { texts, now } = services;
  const { name, rank } = actorOf(session, services);
  const channels = services.channels.of(user).map(({ channel }) => channel.name);
  const head = texts.say("whoami", {
    name,
    role: texts.say(`role_${rank}`),
    current: currentRoom(session, services).channel.name,
    channels: channels.length === 0
      ? texts.say("no_channel")
      : namesText(channels, { space, texts }),
  });
  const mute = muteOf(session, now());
  if (mute === undefined) return head;
  const time = untilText(mute.until, now(), services);
  return { head, items: [texts.say("whoami_muted", { time })], keep: "first" };
}
