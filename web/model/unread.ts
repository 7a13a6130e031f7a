// Tracks what the user has read: marks that only increase, and the number of messages from others after them.
import { address, isKept } from "./room_requests.ts";
import type { Item, Room, RoomKey } from "./state.ts";
import { ask, changeRoom, command, isJoined, shownRoom, type Step } from "./step.ts";
import { itemsOf } from "./window.ts";
import { type Line, wholeOf } from "./wire.ts";

/** How long a message must be on the screen before it counts as read, in milliseconds. */
export const SEEN_MS = 1000;

/** Counts a new message. `isMention`: whether it mentions the user. */
export function countUnread(step: Step, key: RoomKey, item: Item, isMention: boolean): void {
  const room = step.app.rooms.get(key);
  // A message may arrive twice. The server's count already includes messages up to `last`.
  if (room === undefined || item.id <= room.last) return;
  const isNew = !item.mine && item.id > room.seen;
  const { visible, focused } = step.app.attention;
  const isAway = !visible || !focused || step.app.mustChange !== undefined ||
    shownRoom(step.app)?.key !== key;
  changeRoom(step, key, {
    // The first message that arrives while the user looks elsewhere gets the line "new messages" above it.
    ...(isNew && isAway && room.unread === 0 ? { line: room.seen } : {}),
    last: item.id,
    lastAt: item.at,
    unread: room.unread + (isNew ? 1 : 0),
    mentions: room.mentions + (isNew && isMention ? 1 : 0),
  });
}

/**
 * Sets the timer that marks the messages on the screen as read. Called when the user scrolls or returns to the page.
 */
export function watch(step: Step): void {
  if (unseen(step) !== undefined) command(step, { type: "timer", name: "seen", ms: SEEN_MS });
}

/** Marks the messages on the screen as read, if the user can still see them. */
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

/** Sends the mark to the server, which forwards it to the user's other devices. */
export function sendSeen(step: Step, room: Room): void {
  if (room.seen === 0 || !isJoined(step) || !isKept(step, room) || !room.member) return;
  ask(step, { for: "seen", room: room.key }, { type: "seen", ...address(room), id: room.seen });
}

/** Applies a mark from the server: the reply to `seen`, a mark of another device, or a row of `overview`. */
export function applySeen(step: Step, key: RoomKey, line: Line): void {
  const room = step.app.rooms.get(key);
  const id = wholeOf(line.id);
  // The count is valid for its own mark only.
  if (room === undefined || id < room.seen) return;
  const unread = wholeOf(line.unread);
  changeRoom(step, key, {
    seen: id,
    unread,
    unreadMore: line.unread_more === true,
    mentions: Math.min(room.mentions, unread),
  });
}

/** Returns the newest message that the user sees and has not read before. */
function unseen({ app }: Step): { room: Room; id: number } | undefined {
  const room = shownRoom(app);
  const { visible, focused } = app.attention;
  if (room?.onScreen === undefined || !visible || !focused || app.phase !== "in") return undefined;
  return room.onScreen > room.seen ? { room, id: room.onScreen } : undefined;
}

/**
 * Returns the number of messages from others after an id, as far as the page knows. The server's reply corrects it.
 */
function itemsAfter(room: Room, id: number): number {
  if (id >= room.last) return 0;
  let read = 0;
  for (const item of itemsOf(room.window)) {
    if (!item.mine && item.id > room.seen && item.id <= id) read++;
  }
  return Math.max(0, room.unread - read);
}
