// Adds live messages to windows, or holds them while a window is read.
import type { Item, RoomKey } from "./state.ts";
import { changeRoom, type Step } from "./step.ts";
import { insert } from "./window.ts";

/** The maximum number of messages that are held while a window is read. */
export const HELD_MAX = 200;

/** Adds a new message to the window of its room, or holds it while the room is read. */
export function place(step: Step, key: RoomKey, item: Item): void {
  const room = step.app.rooms.get(key);
  if (room === undefined) return;
  if (room.loading !== undefined && room.loading !== "older") {
    if (room.held.length >= HELD_MAX) changeRoom(step, key, { heldTooMany: true });
    else changeRoom(step, key, { held: [...room.held, item] });
  } else if (room.reading === "live") {
    changeRoom(step, key, { window: insert(room.window, item) });
  }
}

/** Adds the held messages to the window after it was read. */
export function placeHeld(step: Step, key: RoomKey): void {
  const { held, heldTooMany, window, reading } = step.app.rooms.get(key)!;
  let whole = window;
  if (heldTooMany) whole = { ...window, newer: true };
  else if (reading === "live") { for (const item of held) whole = insert(whole, item); }
  changeRoom(step, key, { held: [], heldTooMany: false, window: whole });
}
