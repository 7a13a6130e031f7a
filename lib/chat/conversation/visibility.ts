// Decides which channels and which members a user may see.
import { nameKey } from "../../protocol/names.ts";
import { askerOf } from "../actor.ts";
import { isAdmitted } from "../permissions.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";

/** Returns the channels that the user of a connection is allowed to see. */
export function listRooms(session: Session, services: Services): Room[] {
  const asker = askerOf(session, services);
  return services.channels.list().filter(({ channel }) => isAdmitted(asker, channel));
}

/** Returns the names and states of a channel's members, as the asker may see them. */
export function listMembers(
  session: Session,
  room: Room,
  { roster, channels }: Services,
): ReturnType<Services["roster"]["list"]> {
  // If everyone online is a member, the roster has the list ready.
  return room === channels.general && room.members.size === roster.size
    ? roster.list(session.user)
    : roster.listOf(room.members, session.user);
}

/**
 * Lists the users that the asker may see, sorted by name: those of one channel, or all.
 *
 * @param after Lists only the names after this one.
 */
export function* listPeople(
  { user: asker }: Session,
  { room, after }: { room: Room | undefined; after: string | undefined },
  { roster }: Services,
): Generator<User> {
  const afterKey = after === undefined ? undefined : nameKey(after);
  for (const user of roster.sorted) {
    if (afterKey !== undefined && user.key <= afterKey) continue;
    if (user.hidden && user !== asker) continue;
    if (room === undefined || room.members.has(user)) yield user;
  }
}

/** Counts the members of a channel that are online and not hidden. */
export function countVisible({ members }: Pick<Room, "members">): number {
  let count = 0;
  for (const { hidden } of members) if (!hidden) count++;
  return count;
}
