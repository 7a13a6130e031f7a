// The log of the room that is shown: loading, position, and the keys that move in it.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Block, Room } from "../model/state.ts";
import { AsideLine, LogBlock } from "./log_block.tsx";
import { useLogKeys } from "./log_keys.ts";
import { type Anchor, LogScroll } from "./log_scroll.ts";
import { Icon } from "./icons.tsx";
import { useApp, usePage, useTexts } from "./page.ts";
import { PendingMessage } from "./pending.tsx";

const NO_ASIDES: Room["asides"] = [];

/** Draws the log of a room. */
export function Log({ room }: { readonly room: Room }) {
  const page = usePage();
  const texts = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);

  const keys = useLogKeys(room, box);
  const outbox = useApp((app) => app.outbox);
  const pending = outbox.filter((each) => each.room === room.key);
  const scroll = useScroll(room, { box, content, outbox });
  const { blocks, newer, older } = room.window;
  const firstId = blocks[0]?.items[0]?.id ?? Infinity;
  // The page does not read a channel before the user joins it.
  const outside = room.kind === "channel" && !room.member && blocks.length === 0;
  const empty = room.reading === "live" && blocks.length === 0 && pending.length === 0;
  return (
    <div class="log-frame">
      <div
        ref={box}
        class="log"
        role="log"
        aria-live="off"
        aria-label={texts.say("log", { room: room.name })}
        aria-busy={room.loading !== undefined}
        tabIndex={0}
        data-region="log"
        {...keys}
      >
        <div ref={content} class="log-content">
          <div class="log-edge">
            {blocks.length === 0 && !empty && !outside && texts.say("log_loading")}
            {blocks.length > 0 && older && texts.say("log_older")}
            {!older && room.reading !== "none" && <LogStart room={room} empty={empty} />}
          </div>
          {!older &&
            room.asides.filter(({ after }) => after < firstId).map((aside) => (
              <AsideLine key={aside.key} aside={aside} />
            ))}
          {blocks.map((block, at) => (
            <LogBlock
              key={block.key}
              room={room.key}
              block={block}
              before={blocks[at - 1]?.items.at(-1)}
              line={room.line}
              asides={asidesOf(room, block, blocks[at + 1])}
            />
          ))}
          {!newer && pending.map((each) => <PendingMessage key={each.cid} pending={each} />)}
          {newer && blocks.length > 0 && <div class="log-edge">{texts.say("log_newer")}</div>}
        </div>
      </div>
      {!page.ui.atPresent.value && !outside && (
        <button
          type="button"
          class={room.unread > 0 ? "present unread" : "present"}
          onClick={() => {
            if (newer) page.dispatch({ type: "to_present", room: room.key });
            else scroll.current?.hold({ at: "end" });
          }}
        >
          <Icon name="down" />
          {room.unread > 0
            ? texts.count("log_present_unread", room.unread)
            : texts.say("log_present")}
        </button>
      )}
    </div>
  );
}

function LogStart({ room, empty }: { readonly room: Room; readonly empty: boolean }) {
  const texts = useTexts();
  const key = room.kind === "channel" ? "log_start" : "log_start_private";
  return (
    <div class="log-start">
      <p>{texts.say(key, { room: room.name })}</p>
      {empty && <p>{texts.say("log_empty")}</p>}
    </div>
  );
}

/** Returns the texts from the server that belong to a block: those before the first message of the next block. */
function asidesOf(room: Room, block: Block, next: Block | undefined): Room["asides"] {
  const from = block.items[0]?.id ?? 0;
  const end = room.window.newer ? room.window.last + 1 : Infinity;
  const to = next?.items[0]?.id ?? end;
  const found = room.asides.filter(({ after }) => after >= from && after < to);
  return found.length === 0 ? NO_ASIDES : found;
}

interface Reference<T> {
  current: T | null;
}

/** Keeps the position of each room, and moves to where the model asks. */
function useScroll(
  room: Room,
  { box, content, outbox }: {
    readonly box: Reference<HTMLElement>;
    readonly content: Reference<HTMLElement>;
    readonly outbox: unknown;
  },
) {
  const page = usePage();
  const scroll = useRef<LogScroll | undefined>(undefined);
  const anchors = useRef(new Map<string, Anchor>());
  const shown = useRef({ key: "", serial: -1, placed: false });
  useEffect(() => () => scroll.current?.close(), []);
  useLayoutEffect(() => {
    scroll.current ??= new LogScroll(box.current!, content.current!, {
      edge: (side) => tellEdge(page, side),
      onScreen: (id) => tellOnScreen(page, id),
      atEnd: (atEnd) => page.ui.atPresent.value = atEnd,
    });
    const holder = scroll.current;
    holder.reachesPresent = !room.window.newer;
    if (shown.current.key !== room.key) {
      if (shown.current.placed) anchors.current.set(shown.current.key, holder.anchor);
      shown.current = { key: room.key, serial: room.target?.serial ?? -1, placed: false };
      if (room.target !== undefined) shown.current.serial = room.target.serial - 1;
    }
    if (!shown.current.placed && room.window.blocks.length > 0) {
      shown.current.placed = true;
      place(holder, room, anchors.current.get(room.key));
    }
    const { target } = room;
    if (target !== undefined && target.serial !== shown.current.serial && shown.current.placed) {
      shown.current.serial = target.serial;
      const found = goTo(holder, target.id, target.id !== room.line);
      if (found !== undefined) page.ui.active.value = Number(found.dataset.id);
      // Keyboard users continue from the message found.
      if (box.current!.contains(document.activeElement)) found?.focus({ preventScroll: true });
    }
    holder.restore();
    // Do not run this at every key in the message box, because it measures the log.
  }, [room.key, room.window, room.asides, room.line, room.target, outbox]);
  return scroll;
}

/** Sets the position of a room that was opened: the first new message, or the previous position. */
function place(holder: LogScroll, room: Room, kept: Anchor | undefined): void {
  const items = room.window.blocks.flatMap(({ items }) => items);
  const firstNew = items.find(({ id, mine }) => room.line !== undefined && id > room.line && !mine);
  if (firstNew !== undefined) holder.show(firstNew.id, 0.25);
  else holder.hold(kept ?? { at: "end" });
}

/** Shows a message and highlights it for a moment. @returns The message, if `marks` is set. */
function goTo(holder: LogScroll, id: number | "end", marks: boolean): HTMLElement | undefined {
  if (id === "end") {
    holder.hold({ at: "end" });
    return undefined;
  }
  holder.show(id);
  if (!marks) return undefined;
  const element = holder.find(id);
  element?.classList.add("found");
  element?.addEventListener("animationend", () => element.classList.remove("found"), {
    once: true,
  });
  return element;
}

type Page = ReturnType<typeof usePage>;

function currentRoom(page: Page): Room | undefined {
  const { rooms, route } = page.app.peek();
  return route.at === "room" ? rooms.get(route.room) : undefined;
}

function tellEdge(page: Page, side: "older" | "newer"): void {
  const room = currentRoom(page);
  if (room === undefined || room.loading !== undefined || room.window.blocks.length === 0) return;
  if (room.window[side]) page.dispatch({ type: "edge", room: room.key, side });
}

function tellOnScreen(page: Page, id: number | undefined): void {
  const room = currentRoom(page);
  if (room !== undefined && room.onScreen !== id) {
    page.dispatch({ type: "on_screen", room: room.key, id });
  }
}
