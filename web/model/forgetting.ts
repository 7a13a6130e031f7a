// Takes the text of a deleted message out of the page.
import { change, changeRoom, command, type Step } from "./step.ts";
import { findItem, forget } from "./window.ts";

/** Messages that may be deleted while an answer is on its way. */
const FORGOTTEN_MAX = 100;

/** A message was deleted: its text goes from wherever the page has it. */
export function forgetMessage(step: Step, id: number): void {
  change(step, { forgotten: [...step.app.forgotten.slice(1 - FORGOTTEN_MAX), id] });
  for (const room of step.app.rooms.values()) {
    const held = room.held.filter((item) => item.id !== id);
    const isShown = findItem(room.window, id) !== undefined;
    if (!isShown && held.length === room.held.length) continue;
    changeRoom(step, room.key, { window: forget(room.window, id), held });
    if (isShown) command(step, { type: "announce", what: { kind: "deleted", room: room.key } });
  }
  const { search } = step.app;
  if (search?.hits.some(({ item }) => item.id === id)) {
    change(step, { search: { ...search, hits: search.hits.filter(({ item }) => item.id !== id) } });
  }
}
