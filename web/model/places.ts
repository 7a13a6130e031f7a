// Shows the places of the page: rooms, messages, the search.
import { userKey } from "./keys.ts";
import { askMembers } from "./people.ts";
import { isAdmin } from "./permissions.ts";
import { jump, readShown, toPresent } from "./reading.ts";
import { startSearch } from "./searching.ts";
import type { App, Room, RoomKey, Route } from "./state.ts";
import {
  change,
  changeRoom,
  command,
  isJoined,
  newRoom,
  roomNamed,
  scrollTo,
  shownRoom,
  type Step,
} from "./step.ts";
import { watch } from "./unread.ts";

/** Applies a new address of the page. */
export function show(step: Step, route: Route): void {
  const before = shownRoom(step.app);
  change(step, { route });
  if (before !== undefined && (route.at !== "room" || route.room !== before.key)) {
    // At the next visit the line "new messages" is drawn again. None of the room's messages is on the screen now.
    changeRoom(step, before.key, { line: undefined, onScreen: undefined });
  }
  if (step.app.phase !== "in") return;
  if (isNowhere(step.app)) return showFirst(step);
  if (route.at === "search") return startSearch(step, route.query, route.channel);
  if (route.at === "room") openRoom(step, route, before);
  if (route.at === "projector") project(step, route);
}

/** Shows the newest messages of a room on a projector. */
function project(step: Step, { room, name }: Extract<Route, { at: "projector" }>): void {
  roomNamed(step, room, name);
  if (!isJoined(step)) return;
  toPresent(step, room);
  askMembers(step);
}

function openRoom(
  step: Step,
  route: Extract<Route, { at: "room" }>,
  before: Room | undefined,
): void {
  const room = roomNamed(step, route.room, route.name);
  if (before?.key !== room.key) {
    changeRoom(step, room.key, { line: room.unread > 0 ? room.seen : undefined });
  }
  if (!isJoined(step)) return;
  if (route.id !== undefined) jump(step, room.key, route.id);
  else if (room.reading !== "live") readShown(step);
  else if (before?.key !== room.key) toFresh(step, room.key);
  if (before?.key !== room.key) askMembers(step);
  watch(step);
}

/** Scrolls to the first new message of a room that was already read, or to the present. */
function toFresh(step: Step, key: RoomKey): void {
  const { line, window } = step.app.rooms.get(key)!;
  if (line === undefined || line < window.first) return toPresent(step, key);
  scrollTo(step, key, line);
}

/**
 * Reads the room that is shown once the rooms are known on this connection. Other rooms are read when they are shown.
 */
export function showAgain(step: Step): void {
  const { route } = step.app;
  if (isNowhere(step.app)) return showFirst(step);
  if (route.at === "search") return startSearch(step, route.query, route.channel);
  if (route.at === "projector") return project(step, route);
  if (route.at !== "room") return;
  const room = roomNamed(step, route.room, route.name);
  if (room.line === undefined && room.unread > 0) changeRoom(step, room.key, { line: room.seen });
  if (route.id !== undefined && room.reading === "none") jump(step, room.key, route.id);
  else readShown(step);
  askMembers(step);
}

/**
 * Whether the address names no place to show: an invitation leads to a channel later, and the administration exists
 * for admins only.
 */
function isNowhere({ me, route: { at } }: App): boolean {
  return at === "home" || at === "other" || at === "invite" || at === "admin" && !isAdmin(me);
}

/** Shows the first room if the address names no place. */
export function showFirst(step: Step): void {
  const { rooms, phase } = step.app;
  if (phase !== "in" || !isNowhere(step.app)) return;
  const first = [...rooms.values()].find(({ kind, member }) => kind === "channel" && member);
  if (first !== undefined) goTo(step, first, { replace: true });
}

/** Shows a room. */
export function goTo(
  step: Step,
  { key, name }: Pick<Room, "key" | "name">,
  { id, replace = false }: { id?: number; replace?: boolean } = {},
): void {
  const route: Route = { at: "room", room: key, name, id };
  command(step, { type: "navigate", route, replace });
  show(step, route);
}

/** Opens a private conversation. */
export function talkTo(step: Step, name: string): void {
  const key = userKey(name);
  goTo(step, step.app.rooms.get(key) ?? newRoom(key, name));
  command(step, { type: "focus", target: "composer" });
}
