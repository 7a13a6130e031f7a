// Handles the keys and the pointer in the log. One message at a time is active and shows its buttons.
import type { Room } from "../model/state.ts";
import { copyText } from "./clipboard.ts";
import { askToDelete, linkTo, reply } from "./message_actions.tsx";
import { usePage } from "./page.ts";
import { itemOf } from "./reply_quote.tsx";

interface Reference<T> {
  current: T | null;
}

function messageOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-id]") : null;
}

/** Returns the handlers of the log for keys and the pointer. */
export function useLogKeys(room: Room, box: Reference<HTMLElement>) {
  const page = usePage();
  const { ui } = page;

  const activate = (element: Element | undefined, focus: boolean) => {
    if (!(element instanceof HTMLElement)) return;
    ui.active.value = Number(element.dataset.id);
    if (!focus) return;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  };

  const move = (step: number) => {
    const all = [...box.current?.querySelectorAll("[data-id]") ?? []];
    const at = all.findIndex((element) =>
      Number((element as HTMLElement).dataset.id) === ui.active.value
    );
    const shown = all.findIndex((element) =>
      element.getAttribute("data-id") === `${room.onScreen}`
    );
    const next = at < 0 ? Math.max(0, shown) : Math.min(all.length - 1, Math.max(0, at + step));
    activate(all[next], true);
  };

  const toEnd = (first: boolean) => {
    const { newer, older } = room.window;
    if (first && older) page.dispatch({ type: "jump", room: room.key, id: 1 });
    else if (!first && newer) page.dispatch({ type: "to_present", room: room.key });
    else move(first ? -Infinity : Infinity);
  };

  const onItem = (key: string): boolean => {
    const item = ui.active.value === undefined
      ? undefined
      : itemOf(page.app.peek(), room.key, ui.active.value);
    if (item === undefined) return false;
    if (key === "r") reply(page, room.key, item.id);
    else if (key === "l") void copyText(page, linkTo(page, room.key, item.id), "copied_link");
    else if (key === "p") ui.dialog.value = { kind: "person", name: item.from, room: room.key };
    else if (key === "Delete") askToDelete(page, item);
    else if (key === "Enter") {
      box.current?.querySelector<HTMLElement>(".actions button")?.focus();
    } else return false;
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const inside = event.target instanceof Element && event.target.closest(".actions") !== null;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (inside && moveInToolbar(event)) return event.preventDefault();
    const onMessage = event.target instanceof HTMLElement && event.target.dataset.id !== undefined;
    if (event.target !== box.current && !onMessage && event.key !== "Escape") return;
    if (event.key === "ArrowUp") move(-1);
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "Home" || event.key === "End") toEnd(event.key === "Home");
    else if (event.key === "Escape") page.focus("composer");
    else if (!onItem(event.key)) return;
    event.preventDefault();
  };

  return {
    onKeyDown,
    onPointerOver: (event: PointerEvent) => {
      if (event.pointerType === "mouse") activate(messageOf(event.target) ?? undefined, false);
    },
    onPointerLeave: () => {
      if (!box.current?.contains(document.activeElement)) ui.active.value = undefined;
    },
    onFocusIn: (event: FocusEvent) => {
      const message = messageOf(event.target);
      if (message !== null) ui.active.value = Number(message.dataset.id);
    },
    // A tap on a message activates it and shows its buttons.
    onClick: (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest("a, button") !== null) return;
      activate(messageOf(event.target) ?? undefined, false);
    },
  };
}

/** Handles a key within the buttons of a message. @returns Whether it was handled. */
function moveInToolbar(event: KeyboardEvent): boolean {
  const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
  const toolbar = (event.target as Element).closest(".actions");
  const buttons = [...toolbar?.querySelectorAll("button") ?? []];
  if (event.key === "Escape") {
    toolbar?.closest<HTMLElement>("[data-id]")?.focus({ preventScroll: true });
    return true;
  }
  if (step === 0) return false;
  const at = buttons.indexOf(event.target as HTMLButtonElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
  return true;
}
