// Decides which actions the page offers to the user. The server checks each request itself.
import type { App, Item, Me, Person, Role, Room } from "./state.ts";

const RANKS: Readonly<Record<Role, number>> = { guest: 0, member: 1, moderator: 2, admin: 3 };

/** Whether the user is a moderator or an admin. */
export function isStaff(me: Pick<Me, "role"> | undefined): boolean {
  return me !== undefined && RANKS[me.role] >= RANKS.moderator;
}

/** Whether the user may mute, kick or ban a person. This requires a higher role than the person's. */
export function mayActOn(me: Me | undefined, person: Pick<Person, "key" | "role">): boolean {
  return me !== undefined && isStaff(me) && me.key !== person.key &&
    RANKS[person.role] < RANKS[me.role];
}

/** Whether the user may delete a message. */
export function mayDelete(me: Me | undefined, item: Item): boolean {
  return isStaff(me) && !item.deleted;
}

/**
 * Whether the user may set the topic of a channel. The account that created it may as well, but only the server knows
 * it.
 */
export function maySetTopic(me: Me | undefined, room: Room): boolean {
  return isStaff(me) && room.kind === "channel" && room.member;
}

/** Returns why the user cannot write in a room, or undefined. */
export function whyNotWrite(
  { me }: App,
  room: Room,
  now: number,
): "muted" | "closed" | "read_only" | "not_member" | undefined {
  if (room.kind === "channel" && !room.member) return "not_member";
  if (!isStaff(me) && room.readOnly) return "read_only";
  if (!isStaff(me) && room.closed) return "closed";
  // A muted user may write to moderators: the server decides about private messages. If the end of the mute is
  // unknown, the user may try, and the reply reports it.
  const until = me?.mutedUntil;
  if (room.kind === "channel" && until !== undefined && until !== Infinity && until > now) {
    return "muted";
  }
  return undefined;
}
