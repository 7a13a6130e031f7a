// A block of fifty messages in the log. The browser skips the layout of blocks that are far from the screen.
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Aside, Block, Item, RoomKey } from "../model/state.ts";
import { memo } from "./memo.ts";
import { Message } from "./message.tsx";
import { usePage, useTexts } from "./page.ts";
import { rowsOf } from "./rows.ts";

interface Properties {
  readonly room: RoomKey;
  readonly block: Block;
  readonly before: Item | undefined;
  readonly line: number | undefined;
  readonly asides: readonly Aside[];
}

/** Draws a block of messages with its day lines. It is drawn again only if its content changes. */
export const LogBlock = memo(function LogBlock({ room, block, before, line, asides }: Properties) {
  const { ui } = usePage();
  const first = block.items[0]?.id ?? 0;
  const last = block.items.at(-1)?.id ?? 0;
  const active = useMemo(() =>
    computed(() => {
      const id = ui.active.value;
      return id !== undefined && id >= first && id <= last ? id : undefined;
    }), [first, last]).value;
  const rows = useMemo(
    () => rowsOf(block.items, { before, line, asides }),
    [block, before, line, asides],
  );
  return (
    <div class={`block size-${Math.ceil(block.items.length / 10)}`}>
      {rows.map((row) => {
        if (row.kind === "day") return <DayLine key={`d${row.at}`} at={row.at} />;
        if (row.kind === "new") return <NewLine key="new" />;
        if (row.kind === "aside") return <AsideLine key={`a${row.aside.key}`} aside={row.aside} />;
        const { item, continued } = row;
        const id = item.id;
        return (
          <Message key={id} item={item} room={room} continued={continued} active={id === active} />
        );
      })}
    </div>
  );
});

function DayLine({ at }: { readonly at: number }) {
  const { now } = usePage();
  return (
    <h2 class="line day">
      <span>{useTexts().day(at, now())}</span>
    </h2>
  );
}

function NewLine() {
  return (
    <h2 class="line new">
      <span>{useTexts().say("log_new")}</span>
    </h2>
  );
}

/** Draws a text from the server for this page only: the reply to a command, or a notice about the room. */
export function AsideLine({ aside }: { readonly aside: Aside }) {
  const texts = useTexts();
  return (
    <div class="aside" data-code={aside.code} dir="auto">
      <time>{texts.time(aside.at)}</time>
      <pre>{aside.text}</pre>
    </div>
  );
}
