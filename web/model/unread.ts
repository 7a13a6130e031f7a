// What the user has read: marks that only grow, and the messages of others after them.
import { address, isKept } from "./room_requests.ts";
import type { Item, Room, RoomKey } from "./state.ts";
import { ask, changeRoom, command, isJoined, shownRoom, type Step } from "./step.ts";
import { itemsOf } from "./window.ts";
import { type Line, wholeOf } from "./wire.ts";

/** How long the last message is on the screen before it counts as read, in milliseconds. */
export const SEEN_MS = 1000;

/** Counts a message that was said just now. `isMention`: it mentions the user. */
export function countUnread(step: Step, key: RoomKey, item: Item, isMention: boolean): void {
  const room = step.app.rooms.get(key);
  // A message may arrive twice, and the server's count includes those up to `last`.
  if (room === undefined || item.id <= room.last) return;
  const isNew = !item.mine && item.id > room.seen;
  const { visible, focused } = step.app.attention;
  const isAway = !visible || !focused || shownRoom(step.app)?.key !== key;
  changeRoom(step, key, {
    // The first message that comes while the user looks elsewhere is under a new line.
    ...(isNew && isAway && room.unread === 0 ? { line: room.seen } : {}),
    last: item.id,
    lastAt: item.at,
    unread: room.unread + (isNew ? 1 : 0),
    mentions: room.mentions + (isNew && isMention ? 1 : 0),
  });
}

/** The user scrolled, or looks at the page again: after a while what is on the screen is read. */
export function watch(step: Step): void {
  if (unseen(step) !== undefined) command(step, { type: "timer", name: "seen", ms: SEEN_MS });
}

/** Marks what is on the screen as read, if it still is there and the user can see it. */
export function markSeen(step: Step): void {
  const found = unseen(step);
  if (found === undefined) return;
  const { room, id } = found;
  const rest = itemsAfter(room, id);
  changeRoom(step, room.key, {
    seen: id,
    unread: rest,
    unreadMore: rest > 0 && room.unreadMore,
    mentions: Math.min(room.mentions, rest),
  });
  sendSeen(step, step.app.rooms.get(room.key)!);
}

/** Tells the server, and by it the user's other devices, what was read. */
export function sendSeen(step: Step, room: Room): void {
  if (room.seen === 0 || !isJoined(step) || !isKept(step, room) || !room.member) return;
  ask(step, { for: "seen", room: room.key }, { type: "seen", ...address(room), id: room.seen });
}

/** Applies a mark of the server: the answer to `seen`, what another device has read, or a row of `overview`. */
export function applySeen(step: Step, key: RoomKey, line: Line): void {
  const room = step.app.rooms.get(key);
  const id = wholeOf(line.id);
  // The count belongs to its mark.
  if (room === undefined || id < room.seen) return;
  const unread = wholeOf(line.unread);
  changeRoom(step, key, {
    seen: id,
    unread,
    unreadMore: line.unread_more === true,
    mentions: Math.min(room.mentions, unread),
  });
}

/** What the user sees and has not read before. */
function unseen({ app }: Step): { room: Room; id: number } | undefined {
  const room = shownRoom(app);
  const { visible, focused } = app.attention;
  if (room?.onScreen === undefined || !visible || !focused || app.phase !== "in") return undefined;
  return room.onScreen > room.seen ? { room, id: room.onScreen } : undefined;
}

/** The messages of others after an id, as far as the page knows; the server's answer corrects it. */
function itemsAfter(room: Room, id: number): number {
  if (id >= room.last) return 0;
  let read = 0;
  for (const item of itemsOf(room.window)) {
    if (!item.mine && item.id > room.seen && item.id <= id) read++;
  }
  return Math.max(0, room.unread - read);
}
