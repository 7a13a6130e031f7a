// The keys of rooms and users in the state: two spellings of a name have one key.
import { nameKey } from "../../lib/protocol/name_keys.ts";
import type { NameKey, RoomKey } from "./room.ts";

export { nameKey };

/** The key of a channel, whose name begins with `#`. */
export function channelKey(name: string): RoomKey {
  return `#${nameKey(name.replace(/^#/, ""))}`;
}

/** The key of the private conversation with a user. */
export function userKey(name: string): RoomKey {
  return `@${nameKey(name)}`;
}

/** The user of a private conversation, by key. */
export function otherOf(room: RoomKey): NameKey {
  return room.slice(1);
}

/** Whether two names belong to one user. */
export function sameName(a: string, b: string): boolean {
  return a === b || nameKey(a) === nameKey(b);
}
