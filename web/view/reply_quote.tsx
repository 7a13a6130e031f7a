// The quote above a reply: the beginning of the message that it replies to.
import type { App, Item, RoomKey } from "../model/state.ts";
import { spoken } from "./announcer.ts";
import { useApp, usePage, useTexts } from "./page.ts";

/** Returns a message of a room, if it is loaded. */
export function itemOf(app: App, room: RoomKey, id: number): Item | undefined {
  for (const block of app.rooms.get(room)?.window.blocks ?? []) {
    const last = block.items.at(-1);
    if (last === undefined || last.id < id) continue;
    return block.items.find((item) => item.id === id);
  }
  return undefined;
}

/** Draws the quote above a reply. A click on it shows the quoted message. */
export function ReplyQuote({ room, id }: { readonly room: RoomKey; readonly id: number }) {
  const { dispatch } = usePage();
  const texts = useTexts();
  const item = useApp((app) => itemOf(app, room, id), [room, id]);
  return (
    <button
      type="button"
      class="reply-quote"
      tabIndex={-1}
      onClick={() => dispatch({ type: "jump", room, id })}
    >
      {item === undefined ? texts.say("message_reply_gone") : (
        <>
          <span class="off-screen">{texts.say("message_reply_to", { name: "" })}</span>
          <b>
            <bdi>{item.from}</bdi>
          </b>{" "}
          <span dir="auto">
            {item.deleted ? texts.say("message_deleted") : spoken(item.content, texts)}
          </span>
        </>
      )}
    </button>
  );
}
