// A message in the log.
import { computed } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Item, RoomKey } from "../model/state.ts";
import { Avatar } from "./avatar.tsx";
import { memo } from "./memo.ts";
import { MessageActions } from "./message_actions.tsx";
import { MessageText } from "./message_text.tsx";
import { usePage, useTexts } from "./page.ts";
import { ReplyQuote } from "./reply_quote.tsx";

interface Properties {
  readonly item: Item;
  readonly room: RoomKey;
  readonly continued: boolean;
  /** Whether the pointer or the keyboard is on it. */
  readonly active: boolean;
}

/** Draws a stored message. */
export const Message = memo(function Message({ item, room, continued, active }: Properties) {
  const texts = useTexts();
  const { fromKey } = item;
  const { people } = usePage();
  const role = useMemo(() => computed(() => people.value.get(fromKey)?.role), [fromKey]).value;
  const classes = ["message", continued ? "continued" : "", item.mine ? "mine" : ""].join(" ");
  return (
    <article
      class={classes}
      data-id={item.id}
      tabIndex={active ? 0 : -1}
      aria-labelledby={`m${item.id} t${item.id} b${item.id}`}
    >
      <Avatar name={item.from} nameKey={fromKey} />
      <header>
        <Author name={item.from} room={room} id={`m${item.id}`} />
        {role !== undefined && role !== "member" && (
          <span class={`role ${role}`}>{texts.say(`role_${role}`)}</span>
        )}
        <time
          id={`t${item.id}`}
          dateTime={new Date(item.at).toISOString()}
          title={texts.full(item.at)}
        >
          {texts.time(item.at)}
        </time>
      </header>
      <div class="body" id={`b${item.id}`}>
        {item.replyTo !== undefined && <ReplyQuote room={room} id={item.replyTo} />}
        {item.deleted
          ? <p class="gone">{texts.say("message_deleted")}</p>
          : <MessageText content={item.content} />}
      </div>
      {active && !item.deleted && <MessageActions item={item} room={room} />}
    </article>
  );
});

/** Draws the name above a message. A click on it opens the card of the person. */
export function Author(
  { name, room, id }: { readonly name: string; readonly room: RoomKey; readonly id?: string },
) {
  const { ui } = usePage();
  return (
    <button
      type="button"
      class="author"
      id={id}
      tabIndex={-1}
      onClick={() => ui.dialog.value = { kind: "person", name, room }}
    >
      <bdi>{name}</bdi>
    </button>
  );
}
