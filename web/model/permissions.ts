// What the user may do, so that the page offers nothing else. The server decides.
import type { App, Item, Me, Person, Role, Room } from "./state.ts";

const RANKS: Readonly<Record<Role, number>> = { guest: 0, member: 1, moderator: 2, admin: 3 };

/** Whether the user is a moderator or an administrator. */
export function isStaff(me: Pick<Me, "role"> | undefined): boolean {
  return me !== undefined && RANKS[me.role] >= RANKS.moderator;
}

/** Whether the user may mute, kick or ban somebody: only users of a lower rank. */
export function mayActOn(me: Me | undefined, person: Pick<Person, "key" | "role">): boolean {
  return me !== undefined && isStaff(me) && me.key !== person.key &&
    RANKS[person.role] < RANKS[me.role];
}

/** Whether the user may delete a message. */
export function mayDelete(me: Me | undefined, item: Item): boolean {
  return isStaff(me) && !item.deleted;
}

/** Whether the user may set the topic of a channel. The account that made it may, too: only the server knows it. */
export function maySetTopic(me: Me | undefined, room: Room): boolean {
  return isStaff(me) && room.kind === "channel" && room.member;
}

/** Why the user cannot write in a room, or undefined. */
export function whyNotWrite(
  { me }: App,
  room: Room,
  now: number,
): "muted" | "closed" | "read_only" | "not_member" | undefined {
  if (room.kind === "channel" && !room.member) return "not_member";
  if (!isStaff(me) && room.readOnly) return "read_only";
  if (!isStaff(me) && room.closed) return "closed";
  // A muted user may write to moderators: the server decides about private messages. Where the end is not
  // known, the user may try: the answer tells it.
  const until = me?.mutedUntil;
  if (room.kind === "channel" && until !== undefined && until !== Infinity && until > now) {
    return "muted";
  }
  return undefined;
}
