// Joins users who hold an invitation, and brings them into its channel.
import { ProtocolError } from "../../protocol/errors.ts";
import { nameKey } from "../../protocol/names.ts";
import type { Account } from "../../store/accounts.ts";
import { userAsker } from "../actor.ts";
import { heldRoom, roomOf } from "../invites/holding.ts";
import { admitGuest, admitInvited, useAsGuest } from "../invites/using.ts";
import { mayJoin } from "../permissions.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { enterAsGuest } from "./lobby.ts";
import { joinChannel } from "./membership.ts";
import { banError } from "./sanctions.ts";

/**
 * Joins a session as a guest. If it holds an invitation, this is one of its uses, and the guest is in its channel.
 *
 * @throws {ProtocolError} `bad_invite` if the invitation can no longer be used, or `banned`.
 */
export function enterAsInvited(
  session: Session,
  as: { name: string; typed: string | undefined },
  services: Services,
): User {
  if (session.invite === undefined) return enterAsGuest(session, as, services);
  const ban = services.sanctions.findUserBan(nameKey(as.name), services.now());
  if (ban !== undefined) throw banError(ban, services.now());
  const room = roomOf(useAsGuest(session, services), services);
  const user = enterAsGuest(session, as, services);
  if (room !== undefined) {
    admitGuest(user, room);
    enterInvited(session, room, services);
  }
  return user;
}

/**
 * Lets an account that is about to join into the channel of the invitation that its connection holds.
 *
 * @returns The channel to enter after the join. `undefined` without one, or if the account cannot enter it.
 */
export function acceptInvite(
  session: Session,
  { key, id }: Pick<Account, "key" | "id">,
  services: Services,
): Room | undefined {
  const room = heldRoom(session, services);
  if (room === undefined) return undefined;
  const who = { key, accountId: id };
  if (!admitInvited(session, { who, room }, services)) return undefined;
  return mayJoin(userAsker(who, services), room.channel) === undefined ? room : undefined;
}

/**
 * Brings a user who has joined into the channel of an invitation, and makes it the current channel. If the channel is
 * closed or the user is in too many, the user can still chat elsewhere.
 */
export function enterInvited(
  session: Session,
  room: Room | undefined,
  services: Services,
): void {
  if (room === undefined || session.user === undefined) return;
  try {
    joinChannel(session, room.channel.name, services);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
  }
}
