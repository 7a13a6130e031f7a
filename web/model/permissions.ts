// Decides which actions the page offers to the user. The server checks each request itself.
import { otherOf } from "./keys.ts";
import type { App, Item, Me, Person, Role, Room } from "./state.ts";

const RANKS: Readonly<Record<Role, number>> = { guest: 0, member: 1, moderator: 2, admin: 3 };

/** Whether the user is a moderator or an admin. */
export function isStaff(me: Pick<Me, "role"> | undefined): boolean {
  return me !== undefined && RANKS[me.role] >= RANKS.moderator;
}

/** Whether the user is an admin. */
export function isAdmin(me: Pick<Me, "role"> | undefined): boolean {
  return me?.role === "admin";
}

/** Whether the user may mute, kick or ban a person. This requires a higher role than the person's. */
export function mayActOn(me: Me | undefined, person: Pick<Person, "key" | "role">): boolean {
  return me !== undefined && isStaff(me) && me.key !== person.key &&
    RANKS[person.role] < RANKS[me.role];
}

/** Whether the page offers to report a message to the staff. Staff deletes it instead. */
export function mayReport(me: Me | undefined, item: Item): boolean {
  return me !== undefined && !isStaff(me) && !item.mine && !item.deleted;
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
  { lesson, me, people }: App,
  room: Room,
  now: number,
): "muted" | "closed" | "read_only" | "not_member" | "private_staff" | "private_none" | undefined {
  if (room.kind === "channel" && !room.member) return "not_member";
  if (!isStaff(me) && room.readOnly) return "read_only";
  if (!isStaff(me) && room.closed) return "closed";
  if (room.kind === "private" && !isStaff(me)) {
    const other = people.get(otherOf(room.key));
    if (lesson.policy === "none") return "private_none";
    // The role of a person who is offline is unknown. The user may try, and the reply tells.
    if (lesson.policy === "staff" && other?.online === true && !isStaff(other)) {
      return "private_staff";
    }
  }
  // A muted user may write to moderators: the server decides about private messages. If the end of the mute is
  // unknown, the user may try, and the reply reports it.
  const until = me?.mutedUntil;
  if (room.kind === "channel" && until !== undefined && until !== Infinity && until > now) {
    return "muted";
  }
  return undefined;
}
