// Handles the keys that work everywhere on the page.
import { hrefOf, routeTo } from "../model/route.ts";
import type { Page } from "./page.ts";
import { focusRegion } from "./regions.ts";
import { listed } from "./rooms.tsx";

const REGIONS = ["rooms", "log", "composer", "people", "inspector", "top"] as const;

function nextRegion(step: number): void {
  const here = document.activeElement?.closest<HTMLElement>("[data-region]")?.dataset.region;
  const at = REGIONS.findIndex((name) => name === here);
  for (let tries = 1; tries <= REGIONS.length; tries++) {
    const next = (Math.max(at, at < 0 && step > 0 ? -1 : 0) + tries * step + 2 * REGIONS.length) %
      REGIONS.length;
    if (focusRegion(REGIONS[next]!)) return;
  }
}

/** Shows the previous or next conversation. With `unread`, skips those without new messages. */
function nextRoom(page: Page, step: number, unread: boolean): void {
  const { rooms, route } = page.app.peek();
  const { channels, talks } = listed(rooms, page.texts.peek().compare);
  const all = [...channels, ...talks];
  const at = all.findIndex(({ key }) => route.at === "room" && key === route.room);
  for (let tries = 1; tries <= all.length; tries++) {
    const room = all[(at + tries * step + (tries + 1) * all.length) % all.length];
    if (room === undefined || unread && room.unread === 0) continue;
    location.hash = hrefOf(routeTo(room));
    return;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select") !== null;
}

/** Listens to the keys of the page. @returns A function that stops listening. */
export function listenToKeys(page: Page): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (page.app.peek().phase !== "in" || event.isComposing) return;
    const { ui } = page;
    const control = event.ctrlKey || event.metaKey;
    if (control && !event.altKey && event.key.toLowerCase() === "k") {
      ui.dialog.value = { kind: "jump" };
    } else if (ui.dialog.peek() !== undefined) return;
    else if (event.key === "F6") nextRegion(event.shiftKey ? -1 : 1);
    else if (event.altKey && !control && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      nextRoom(page, event.key === "ArrowUp" ? -1 : 1, event.shiftKey);
    } else if (event.key === "?" && !isTyping(event.target) && !control) {
      ui.dialog.value = { kind: "help" };
    } else if (event.key === "Escape" && ui.panel.peek() !== undefined) ui.panel.value = undefined;
    else return;
    event.preventDefault();
  };
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}
