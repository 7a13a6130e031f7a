// The actions on a message, and their buttons.
import { mayDelete, mayReport } from "../model/permissions.ts";
import { hrefOf } from "../model/route.ts";
import type { Item, RoomKey } from "../model/state.ts";
import { copyText } from "./clipboard.ts";
import { IconButton } from "./icons.tsx";
import { type Page, useApp, usePage, useTexts } from "./page.ts";

/** Returns the address of a message, or of its room. */
export function linkTo(page: Page, room: RoomKey, id: number | undefined): string {
  const name = page.app.peek().rooms.get(room)?.name ?? room;
  return location.href.split("#")[0] + hrefOf({ at: "room", room, name, id });
}

/** Starts a reply to a message. The message box shows it. */
export function reply(page: Page, room: RoomKey, id: number): void {
  page.dispatch({ type: "reply_to", room, id });
  page.focus("composer");
}

/** Asks the user to confirm the deletion of a message, if the user may delete it. */
export function askToDelete(page: Page, item: Item): void {
  if (!mayDelete(page.app.peek().me, item)) return;
  page.ui.dialog.value = { kind: "delete", id: item.id, author: item.from, text: item.content };
}

/** Draws the buttons of a message. */
export function MessageActions({ item, room }: { readonly item: Item; readonly room: RoomKey }) {
  const page = usePage();
  const texts = useTexts();
  const canDelete = useApp(({ me }) => mayDelete(me, item), [item]);
  const canReport = useApp(({ me }) => mayReport(me, item), [item]);
  return (
    <div
      class="actions"
      role="toolbar"
      aria-label={texts.say("message_actions", { name: item.from })}
    >
      <IconButton
        name="reply"
        label={texts.say("act_reply")}
        onClick={() => reply(page, room, item.id)}
      />
      <IconButton
        name="link"
        label={texts.say("act_link")}
        onClick={() => void copyText(page, linkTo(page, room, item.id), "copied_link")}
      />
      <IconButton
        name="copy"
        label={texts.say("act_copy")}
        onClick={() => void copyText(page, item.content, "copied")}
      />
      {!item.mine && (
        <IconButton
          name="people"
          label={texts.say("act_author", { name: item.from })}
          onClick={() => page.ui.dialog.value = { kind: "person", name: item.from, room }}
        />
      )}
      {canReport && (
        <IconButton
          name="flag"
          label={texts.say("act_report")}
          onClick={() =>
            page.ui.dialog.value = {
              ...{ kind: "report", id: item.id, author: item.from, text: item.content },
            }}
        />
      )}
      {canDelete && (
        <IconButton
          name="trash"
          class="danger"
          label={texts.say("act_delete")}
          onClick={() => askToDelete(page, item)}
        />
      )}
    </div>
  );
}
