// Reads the history of rooms into their windows, and adds live messages in their place.
import { placeHeld } from "./placing.ts";
import { resolve } from "./resend.ts";
import { address, isKept } from "./room_requests.ts";
import type { Room, RoomKey, Side } from "./state.ts";
import {
  ask,
  change,
  changeRoom,
  command,
  isJoined,
  scrollTo,
  shownRoom,
  type Step,
} from "./step.ts";
import { append, findItem, prepend, windowOf } from "./window.ts";
import { itemOf, type Line, rowsOf } from "./wire.ts";

/** The number of messages in a page. */
export const PAGE = 100;

/** Reads a page of a room, unless it is being read. `id`: the message at the page's centre or end. */
export function read(step: Step, key: RoomKey, side: Side, id = 0): void {
  const room = step.app.rooms.get(key);
  if (room === undefined || !isJoined(step)) return;
  if (!isKept(step, room)) {
    changeRoom(step, key, {
      reading: "live",
      window: { ...room.window, older: false, newer: false },
    });
    return;
  }
  const isMore = side === "older" || side === "newer";
  // A read that starts a new window replaces a read at an end of the old one.
  if (isMore && (room.loading !== undefined || room.reading === "none")) return;
  const edge = { older: { before: id }, newer: { after: id }, around: { around: id }, latest: {} };
  const loadingRef = ask(step, { for: "history", room: key, side, id }, {
    type: "history",
    ...address(room),
    limit: PAGE,
    ...edge[side],
  });
  // Until the reply arrives, there may be a gap before new messages.
  changeRoom(step, key, {
    loading: side,
    loadingRef,
    ...(isMore ? {} : { held: [], heldTooMany: false }),
  });
}

/** Reads the room that is shown, once per connection, around what is on the screen or what is to be shown. */
export function readShown(step: Step): void {
  const room = shownRoom(step.app);
  if (room === undefined || room.reading === "live" || room.loading !== undefined) return;
  if (step.app.route.at === "projector") return read(step, room.key, "latest");
  const anchor = room.reading === "stale"
    ? room.onScreen ?? room.window.last
    : room.unread > 0
    ? room.seen
    : 0;
  if (anchor > 0) read(step, room.key, "around", anchor);
  else read(step, room.key, "latest");
}

/** Shows the message with an id, in its context. */
export function jump(step: Step, key: RoomKey, id: number): void {
  const room = step.app.rooms.get(key);
  if (room === undefined) return;
  if (room.reading !== "none" && findItem(room.window, id) !== undefined) scrollTo(step, key, id);
  else read(step, key, "around", id);
}

/** Shows the newest messages. */
export function toPresent(step: Step, key: RoomKey): void {
  const room = step.app.rooms.get(key);
  if (room === undefined) return;
  if (room.reading === "live" && !room.window.newer) scrollTo(step, key, "end");
  else read(step, key, "latest");
}

/** Applies a page of history. */
export function applyHistory(
  step: Step,
  { key, side, id, ref }: { key: RoomKey; side: Side; id: number; ref: string },
  line: Line,
): void {
  const room = step.app.rooms.get(key);
  if (room === undefined || room.loadingRef !== ref) return;
  const { me, forgotten } = step.app;
  const items = rowsOf(line.messages).flatMap((row) => itemOf(row, me) ?? [])
    .filter(({ id }) => !forgotten.includes(id))
    .sort((a, b) => a.id - b.id);
  const more = line.more === true;
  const window = {
    older: () => prepend(room.window, { items, older: more }),
    newer: () => append(room.window, { items, newer: more }),
    around: () => windowOf({ items, older: line.older === true, newer: line.newer === true }),
    latest: () => windowOf({ items, older: more, newer: false }),
  }[side]();
  const isNew = side === "around" || side === "latest";
  changeRoom(step, key, {
    window,
    loading: undefined,
    loadingRef: undefined,
    last: Math.max(room.last, window.last),
    // The server sends a channel's messages to its members only. For others the window stays stale.
    ...(isNew ? { reading: room.member ? "live" : "stale" } : {}),
  });
  resolve(step, items);
  if (side !== "older") placeHeld(step, key);
  if (side === "latest") scrollTo(step, key, lineOr(room, "end"));
  // After a break the view keeps its position without help.
  if (side === "around" && (room.reading !== "stale" || id !== room.onScreen)) {
    scrollTo(step, key, id === room.seen ? lineOr(room, id) : id);
  }
  caughtUp(step);
}

/** Returns the place of the line "new messages", if the room shows one, or `otherwise`. */
function lineOr<T>(room: Room, otherwise: T): number | T {
  return room.unread > 0 && room.line !== undefined && room.line > 0 ? room.line : otherwise;
}

/** Ends a read that failed. */
export function failHistory(step: Step, key: RoomKey, ref: string): void {
  const room = step.app.rooms.get(key);
  if (room === undefined || room.loadingRef !== ref) return;
  changeRoom(step, key, { loading: undefined, loadingRef: undefined });
  // The old window stays. There is no gap between it and the held messages.
  placeHeld(step, key);
  caughtUp(step);
}

/** Marks the link as caught up once the room that is shown was read on it. */
export function caughtUp(step: Step): void {
  const { link, offlineTold } = step.app;
  if (link.state !== "open" || !link.joined || link.caughtUp) return;
  const room = shownRoom(step.app);
  if (room?.loading !== undefined) return;
  change(step, { link: { ...link, caughtUp: true }, offlineTold: false });
  if (!offlineTold) return;
  command(step, { type: "announce", what: { kind: "link", state: "online" } });
}

/** Marks all rooms as stale after the link has closed. */
export function unlink(step: Step): void {
  for (const [key, room] of step.app.rooms) {
    changeRoom(step, key, {
      reading: room.reading === "live" && isKept(step, room) ? "stale" : room.reading,
      loading: undefined,
      loadingRef: undefined,
      held: [],
      heldTooMany: false,
    });
  }
}
