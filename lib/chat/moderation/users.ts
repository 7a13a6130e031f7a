// Actions of moderators and operators on users: kick, mute, unmute, disconnect. Each is checked by `permissions`,
// stored together with its entry in the audit log, and told to the users concerned.
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { Mute } from "../../store/sanctions.ts";
import { type Actor, findTarget, requireTarget, type Target } from "../actor.ts";
import { act } from "./act.ts";
import { because, shown, untilText } from "../wording.ts";
import type { Room } from "../presence/session.ts";
import { disconnectUser } from "../conversation/disconnect.ts";
import { putOut, requireKnown, tellOut } from "../conversation/membership.ts";
import { demand, mayActOn } from "../permissions.ts";
import { tell } from "../delivery/notices.ts";
import { longerMute } from "../conversation/sanctions.ts";
import type { Services } from "../services.ts";

/** A user to kick from a channel or, without one, from the server. */
export interface Kick {
  readonly user: string;
  readonly channel?: string | undefined;
  readonly reason: string;
}

/** A user to mute. A duration of 0 means until further notice. */
export interface Muting {
  readonly user: string;
  readonly seconds: number;
  readonly reason: string;
}

/** The name of the user who was kicked, and the channel, if the user was kicked from one. */
export interface Kicked {
  readonly name: string;
  readonly channel: string | undefined;
}

/** Removes a user from a channel, or closes all connections of the user. @throws {ProtocolError} */
export function kick(actor: Actor, request: Kick, services: Services): Kicked {
  const target = requireTarget(request.user, services);
  const { name } = target;
  demand(mayActOn(actor.rank, target.rank));
  if (request.channel === undefined) {
    kickFromServer(actor, { target, reason: request.reason }, services);
    return { name, channel: undefined };
  }
  const room = requireKnown(request.channel, actor, services);
  kickFromChannel(actor, { target, room, reason: request.reason }, services);
  return { name, channel: room.channel.name };
}

function kickFromServer(
  actor: Actor,
  { target, reason }: { target: Target; reason: string },
  services: Services,
): void {
  const { user, name } = target;
  if (user === undefined) {
    throw new ProtocolError("unknown_user", { reason: "offline", places: { name } });
  }
  const { channels, expulsions, history } = services;
  act(actor, {
    action: "kick",
    target: name,
    reason,
    effect: () => {
      const last = history.lastId();
      for (const { channel } of channels.of(user)) expulsions.expel(channel.id, target, last);
    },
  }, services);
  const text = services.texts.say("kicked", { actor: shown(actor, services) });
  disconnectUser(user, { reason: "kicked", text: text + because(reason, services) }, services);
}

function kickFromChannel(
  actor: Actor,
  { target, room, reason }: { target: Target; room: Room; reason: string },
  services: Services,
): void {
  const { user, name, accountId } = target;
  const { channels, expulsions, history } = services;
  const { channel } = room;
  const isMember = user !== undefined
    ? room.members.has(user)
    : accountId !== null && channels.hasAccount(room, accountId);
  if (!isMember) {
    throw new ProtocolError("not_in_channel", {
      reason: "not_member",
      places: { name, channel: channel.name },
    });
  }
  const moved = act(actor, {
    action: "kick",
    target: name,
    channel: channel.name,
    reason,
    effect: () => {
      expulsions.expel(channel.id, target, history.lastId());
      if (user !== undefined) return putOut(user, room, services);
      channels.forget(room, accountId!);
      return [];
    },
  }, services);
  if (user === undefined) return;
  const text = services.texts.say("expelled", {
    actor: shown(actor, services),
    channel: channel.name,
  });
  tellOut(user.sessions, {
    code: "expelled",
    channel: channel.name,
    text,
    because: because(reason, services),
    moved,
  }, services);
}

/** Mutes a user. @returns The user. @throws {ProtocolError} */
export function mute(actor: Actor, { user, seconds, reason }: Muting, services: Services): Target {
  const target = requireTarget(user, services);
  demand(mayActOn(actor.rank, target.rank));
  const now = services.now();
  const until = seconds === 0 ? null : now + seconds * 1000;
  const { name, key, accountId } = target;
  const order: Mute = { key, accountId, name, reason, by: actor.name, createdAt: now, until };
  act(actor, {
    action: "mute",
    target: name,
    reason,
    until,
    effect: () => {
      services.sanctions.mute({ ...order, now });
    },
  }, services);
  const sessions = target.user?.sessions ?? [];
  // A shorter mute of the same name replaces a longer one, as in the store.
  for (const session of sessions) {
    session.mute = session.mute?.key === key ? order : longerMute(session.mute, order);
  }
  services.sessions.touch(sessions);
  const text = services.texts.say("muted", {
    actor: shown(actor, services),
    time: untilText(until, now, services),
  });
  const end = until === null ? undefined : formatTime(until);
  tell(sessions, { text: text + because(reason, services), code: "muted", until: end }, services);
  return target;
}

/** Unmutes a user. @returns The name. @throws {ProtocolError} */
export function unmute(
  actor: Actor,
  { user: name, reason }: { user: string; reason: string },
  services: Services,
): string {
  const { sanctions, now } = services;
  const target = findTarget(name, services);
  if (target !== undefined) demand(mayActOn(actor.rank, target.rank));
  const key = nameKey(name);
  const stored = sanctions.findMute(key, now());
  if (target === undefined && stored === undefined) requireTarget(name, services);
  // A connection may have been muted under another name.
  const keys = new Set([key]);
  for (const session of target?.user?.sessions ?? []) {
    if (session.mute !== undefined) keys.add(session.mute.key);
  }
  const silenced = [...services.sessions].filter(({ mute }) => mute && keys.has(mute.key));
  const shownName = target?.name ?? stored!.name;
  if (stored === undefined && silenced.length === 0) {
    throw new ProtocolError("bad_request", { reason: "not_muted", places: { name: shownName } });
  }
  act(actor, {
    action: "unmute",
    target: shownName,
    reason,
    effect: () => {
      for (const each of keys) sanctions.unmute(each);
    },
  }, services);
  for (const session of silenced) session.mute = undefined;
  services.sessions.touch(silenced);
  const text = services.texts.say("unmuted", { actor: shown(actor, services) });
  tell(silenced, { text, code: "unmuted" }, services);
  return shownName;
}
