// The rules for joining and leaving channels. `presence/channels` keeps the lists of members.
import type { ReasonOf } from "../../protocol/error_codes.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { askerOf, requireUser, userAsker } from "../actor.ts";
import { admitInvited } from "../invites/using.ts";
import type { Room, Session, User } from "../presence/session.ts";
import { tell } from "../delivery/notices.ts";
import {
  type Asker,
  demand,
  isAdmitted,
  mayCreate,
  mayJoin,
  mayKnow,
  mayRead,
} from "../permissions.ts";
import { refuseMuted } from "./sanctions.ts";
import type { Services } from "../services.ts";

/** Returns the channel with a name. @throws {ProtocolError} `unknown_channel` */
export function requireRoom(name: string, { channels }: Pick<Services, "channels">): Room {
  const room = channels.find(name);
  if (room !== undefined) return room;
  throw new ProtocolError("unknown_channel", { places: { channel: name } });
}

/** Returns the channel with a name if the asker is admitted to it. @throws {ProtocolError} */
export function requireKnown(name: string, asker: Asker, services: Services): Room {
  const room = requireRoom(name, services);
  demand(mayKnow(asker, room.channel));
  return room;
}

/** Returns the current channel of a session. */
export function currentRoom(session: Session, { channels }: Pick<Services, "channels">): Room {
  return session.channel ?? channels.general;
}

/**
 * Returns the channel with a name, or the current one, if the session may read its messages and list its members.
 */
export function requireReadable(
  name: string | undefined,
  session: Session,
  services: Services,
): Room {
  const room = name === undefined ? currentRoom(session, services) : requireRoom(name, services);
  const { user } = session;
  const isMember = user !== undefined && room.members.has(user);
  demand(mayRead(askerOf(session, services), room.channel, isMember));
  return room;
}

/** Joins a channel and makes it the session's current channel. The channel is created if it does not exist. */
export function joinChannel(session: Session, name: string, services: Services): Room {
  const user = requireUser(session);
  const asker = askerOf(session, services);
  const room = services.channels.find(name);
  if (room === undefined) {
    refuseMuted(session, services);
    return makeCurrent(session, create(user, { name, asker }, services));
  }
  admitInvited(session, { who: user, room }, services);
  demand(room.members.has(user) ? mayKnow(asker, room.channel) : mayJoin(asker, room.channel));
  enterRoom(user, room, services);
  return makeCurrent(session, room);
}

/** Joins a channel and leaves the channel that was current. */
export function moveTo(session: Session, name: string, services: Services): Room {
  const before = currentRoom(session, services);
  const room = joinChannel(session, name, services);
  if (before !== room) takeOut(requireUser(session), before, services);
  // Leaving resets the current channel only of connections that still talk in the old channel. This one has moved.
  return makeCurrent(session, room);
}

/** Makes a user a member of a channel, within the limit. The caller has checked that the user may join. */
export function enterRoom(user: User, room: Room, { channels, channelRules, now }: Services): void {
  if (room.members.has(user)) return;
  if (room !== channels.general && channels.countOf(user) >= channelRules.perUser) {
    throw full("too_many_joined", channelRules.perUser);
  }
  channels.join(user, room, now());
}

/** Leaves a channel; without a name, the current one. */
export function leaveChannel(
  session: Session,
  name: string | undefined,
  services: Services,
): Room {
  const user = requireUser(session);
  const { channels } = services;
  const current = currentRoom(session, services);
  const room = name === undefined
    ? current
    : requireKnown(name, askerOf(session, services), services);
  if (!room.members.has(user)) {
    throw new ProtocolError("not_in_channel", { places: { channel: room.channel.name } });
  }
  takeOut(user, room, services);
  if (room === current && room !== channels.general) returnToGeneral(user, services);
  return room;
}

/** Removes a user from a channel, and deletes the channel if nobody uses it any more. */
function takeOut(user: User, room: Room, services: Services): void {
  services.channels.leave(user, room);
  deleteUnused(room, services);
}

/** Deletes a channel if nobody uses it. */
export function deleteUnused(room: Room, { channels, log }: Services): void {
  if (room === channels.general || room.members.size > 0) return;
  // Messages of this turn count as use, so they are stored first.
  log.storeNow();
  channels.deleteUnused(room);
}

/**
 * Removes a user from a channel by force. Connections whose current channel it was return to #général and receive
 * its messages.
 *
 * @returns These connections.
 */
export function putOut(user: User, room: Room, services: Services): Session[] {
  const { channels } = services;
  const moved = room === channels.general
    ? []
    : [...user.sessions].filter(({ channel }) => channel === room);
  channels.leave(user, room);
  if (moved.length > 0) returnToGeneral(user, services);
  return moved;
}

/** The notice for a user who was removed from a channel by force. */
export interface PutOut {
  readonly code: "expelled" | "channel_deleted";
  readonly channel: string;
  /** What happened. */
  readonly text: string;
  /** The reason, as a sentence; empty without one. */
  readonly because?: string;
  /** The connections whose current channel it was, as {@linkcode putOut} returns them. */
  readonly moved: readonly Session[];
}

/**
 * Tells connections that their user was removed from a channel. Connections that moved learn their new channel.
 */
export function tellOut(
  sessions: Iterable<Session>,
  { code, channel, text, because = "", moved }: PutOut,
  services: Services,
): void {
  const there = new Set(moved);
  const elsewhere = [...sessions].filter((session) => !there.has(session));
  const general = services.channels.general.channel.name;
  const where = services.texts.say("write_in", { channel: general });
  tell(moved, { text: text + where + because, code, channel }, services);
  tell(elsewhere, { text: text + because, code, channel }, services);
}

/**
 * Removes users from restricted channels that no longer admit them, after another process has changed a role or a
 * reload has changed the configuration.
 */
export function evictUnadmitted(services: Services): void {
  createEviction(services, Infinity)();
}

// Each step looks up this many ranks in the store.
const EVICTION_STEP = 100;

/**
 * Like {@linkcode evictUnadmitted}, in steps. @returns A function that does one step; it returns whether all is
 * done.
 */
export function createEviction(services: Services, most = EVICTION_STEP): () => boolean {
  let members = services.channels.restrictedMembers();
  return function step() {
    for (let looked = 0; looked < most; looked++) {
      const { value, done } = members.next();
      if (done === true) {
        members = services.channels.restrictedMembers();
        return true;
      }
      const { user, room } = value;
      if (!isAdmitted(userAsker(user, services), room.channel)) evict(user, room, services);
    }
    return false;
  };
}

/** Removes a user from a channel that no longer admits the user, and tells the user. */
export function evict(user: User, room: Room, services: Services): void {
  const moved = putOut(user, room, services);
  const channel = room.channel.name;
  const text = services.texts.say("not_admitted", { channel });
  tellOut(user.sessions, { code: "expelled", channel, text, moved }, services);
}

/** Returns a user whose current channel is gone to #général, and makes the user a member there. */
function returnToGeneral(user: User, services: Services): void {
  const { channels } = services;
  const asker = userAsker(user, services);
  if (mayJoin(asker, channels.general.channel) === undefined) {
    channels.join(user, channels.general, services.now());
  }
}

function makeCurrent(session: Session, room: Room): Room {
  session.channel = room;
  return room;
}

function create(
  user: User,
  { name, asker }: { name: string; asker: Asker },
  { channels, channelRules, atomically, now, refusesStoring }: Services,
): Room {
  demand(refusesStoring());
  const { max, perUser, perMaker, create: policy } = channelRules;
  demand(mayCreate(asker.rank, policy));
  if (channels.size >= max) throw full("too_many_channels", max);
  if (channels.countOf(user) >= perUser) throw full("too_many_joined", perUser);
  // Guests have no identity that lasts, so all guests together may create half of all channels.
  const most = user.accountId === null ? Math.ceil(max / 2) : perMaker;
  if (channels.madeBy(user.accountId) >= most) throw full("too_many_made", most);
  return atomically(() => {
    const room = channels.create({ name, createdBy: user.accountId, now: now() });
    channels.join(user, room, now());
    return room;
  });
}

function full(reason: ReasonOf<"forbidden">, max: number): ProtocolError {
  return new ProtocolError("forbidden", { reason, places: { max } });
}
