// Actions of operators on channels: create, restrict, change, delete. Also applies the channels of the
// configuration.
import type { ReasonOf } from "../../protocol/error_codes.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import type { Places } from "../../protocol/phrases.ts";
import type { ChannelChange } from "../../store/channels.ts";
import type { Actor } from "../actor.ts";
import { act } from "./act.ts";
import type { ConfiguredChannel } from "../presence/configured_channel.ts";
import type { Room } from "../presence/session.ts";
import { evictUnadmitted, putOut, requireRoom, tellOut } from "../conversation/membership.ts";
import { isRestricted } from "../permissions.ts";
import type { Services } from "../services.ts";

/** Settings of a channel. Missing settings stay as they are. */
export interface ChannelSettings {
  readonly channel: string;
  readonly topic?: string | undefined;
  readonly roles?: ConfiguredChannel["roles"] | undefined;
  /** Names of accounts. */
  readonly accounts?: readonly string[] | undefined;
  /** Names of groups. */
  readonly groups?: readonly string[] | undefined;
  readonly readOnly?: boolean | undefined;
}

/** Creates a channel. @throws {ProtocolError} */
export function createChannel(actor: Actor, settings: ChannelSettings, services: Services): Room {
  const { channels, channelRules, now } = services;
  const name = settings.channel;
  const existing = channels.find(name);
  if (existing !== undefined) {
    throw unfit("channel_exists", { channel: existing.channel.name });
  }
  if (channels.size >= channelRules.max) {
    throw unfit("too_many_channels", { max: channelRules.max });
  }
  refuseGeneral(name, settings, services);
  return act(actor, {
    action: "channel_create",
    channel: name,
    effect: () => {
      const room = channels.create({ name, createdBy: null, now: now() });
      channels.change(room, changeOf(settings));
      return room;
    },
  }, services);
}

/** Changes a channel: who is admitted, who may write there, and its topic. @throws {ProtocolError} */
export function updateChannel(actor: Actor, settings: ChannelSettings, services: Services): Room {
  const room = requireRoom(settings.channel, services);
  const channel = room.channel.name;
  refuseGeneral(channel, settings, services);
  act(actor, {
    action: "channel_update",
    channel,
    effect: () => {
      services.channels.change(room, changeOf(settings, room.channel.invited));
    },
  }, services);
  evictUnadmitted(services);
  return room;
}

/** Deletes a channel with all its messages. @throws {ProtocolError} */
export function deleteChannel(
  actor: Actor,
  { channel: name, reason }: { channel: string; reason: string },
  services: Services,
): Room {
  const { channels, texts } = services;
  const room = requireRoom(name, services);
  const channel = room.channel.name;
  if (room === channels.general) throw unfit("always_there", { channel });
  const members = [...room.members];
  const moved = act(actor, {
    action: "channel_delete",
    channel,
    reason,
    effect: () => {
      const talked = members.flatMap((user) => putOut(user, room, services));
      channels.delete(room);
      // A later channel of the same name is another one.
      services.invites.revokeFor(channel, services.now());
      return talked;
    },
  }, services);
  const text = texts.say("channel_deleted", { channel });
  const told = members.flatMap(({ sessions }) => [...sessions]);
  tellOut(told, { code: "channel_deleted", channel, text, moved }, services);
  return room;
}

/** Applies the channels of the configuration. Users who are no longer admitted are removed. */
export function configureChannels(
  configured: readonly ConfiguredChannel[],
  services: Services,
): void {
  services.log.storeNow();
  services.atomically(() => services.channels.configure(configured, services.now()));
  evictUnadmitted(services);
}

// A channel of an operator exists until it is deleted. Otherwise a user could create it again and own it.
function changeOf(
  { topic, roles, accounts, groups, readOnly }: ChannelSettings,
  invited: readonly string[] = [],
): ChannelChange {
  const keys = accounts?.map(nameKey);
  return {
    kept: true,
    ...(topic === undefined ? {} : { topic }),
    ...(roles === undefined ? {} : { roles }),
    ...(keys === undefined
      ? {}
      : { accounts: keys, invited: invited.filter((key) => keys.includes(key)) }),
    ...(groups === undefined ? {} : { groups: groups.map(nameKey) }),
    ...(readOnly === undefined ? {} : { readOnly }),
  };
}

function refuseGeneral(
  name: string,
  { roles = [], accounts = [], groups = [] }: ChannelSettings,
  { channels }: Services,
): void {
  const isGeneral = nameKey(name) === channels.general.channel.key;
  if (isGeneral && isRestricted({ roles, accounts, groups })) {
    throw unfit("always_open", { channel: channels.general.channel.name });
  }
}

function unfit(reason: ReasonOf<"bad_request">, places: Places): ProtocolError {
  return new ProtocolError("bad_request", { reason, places });
}
