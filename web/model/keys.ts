// Makes the keys of rooms and users. All spellings of a name have the same key.
import { nameKey } from "../../lib/protocol/name_keys.ts";
import type { NameKey, RoomKey } from "./room.ts";

export { nameKey };

/** Returns the key of a channel, whose name begins with `#`. */
export function channelKey(name: string): RoomKey {
  return `#${nameKey(name.replace(/^#/, ""))}`;
}

/** Returns the key of the private conversation with a user. */
export function userKey(name: string): RoomKey {
  return `@${nameKey(name)}`;
}

/** Returns the key of the other user in a private conversation. */
export function otherOf(room: RoomKey): NameKey {
  return room.slice(1);
}

/** Whether two names belong to the same user. */
export function sameName(a: string, b: string): boolean {
  return a === b || nameKey(a) === nameKey(b);
}
