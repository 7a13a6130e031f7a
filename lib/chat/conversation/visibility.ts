// Decides which channels and which members a user may see.
import { askerOf } from "../actor.ts";
import { isAdmitted } from "../permissions.ts";
import type { Room, Session } from "../presence/session.ts";
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

/** Counts the members of a channel that are online and not hidden. */
export function countVisible({ members }: Pick<Room, "members">): number {
  let count = 0;
  for (const { hidden } of members) if (!hidden) count++;
  return count;
}
