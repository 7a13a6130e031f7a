// Removes the text of a deleted message from the page.
import { forgetLast } from "./class_list.ts";
import { change, changeRoom, command, type Step } from "./step.ts";
import { findItem, forget } from "./window.ts";

/** The maximum number of ids of deleted messages that are remembered while a reply is on its way. */
const FORGOTTEN_MAX = 100;

/** Removes the text of a deleted message from everywhere on the page. */
export function forgetMessage(step: Step, id: number): void {
  change(step, { forgotten: [...step.app.forgotten.slice(1 - FORGOTTEN_MAX), id] });
  for (const room of step.app.rooms.values()) {
    const held = room.held.filter((item) => item.id !== id);
    const isShown = findItem(room.window, id) !== undefined;
    if (!isShown && held.length === room.held.length) continue;
    changeRoom(step, room.key, { window: forget(room.window, id), held });
    if (isShown) command(step, { type: "announce", what: { kind: "deleted", room: room.key } });
  }
  forgetLast(step, id);
  const { search } = step.app;
  if (search?.hits.some(({ item }) => item.id === id)) {
    change(step, { search: { ...search, hits: search.hits.filter(({ item }) => item.id !== id) } });
  }
}
