// The frame of a page that replaces the log: settings, accessibility.
import type { ComponentChildren } from "preact";
import { hrefOf } from "../model/route.ts";
import { useTexts } from "./page.ts";
import { RoomsButton } from "./room_head.tsx";

/** Draws a page with a title and a button that leads back to the first room. */
export function Sheet(
  { title, children }: { readonly title: string; readonly children: ComponentChildren },
) {
  const texts = useTexts();
  return (
    <section class="sheet" data-region="log" tabIndex={-1}>
      <header class="room-head">
        <RoomsButton />
        <h1>{title}</h1>
        <button type="button" class="quiet" onClick={() => location.hash = hrefOf({ at: "home" })}>
          {texts.say("back")}
        </button>
      </header>
      <div class="sheet-body">{children}</div>
    </section>
  );
}
