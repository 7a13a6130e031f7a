// The frame of a page that takes the place of the log: settings, accessibility.
import type { ComponentChildren } from "preact";
import { useTexts } from "./page.ts";
import { RoomsButton } from "./room_head.tsx";

/** A page with a title, closed by going back. */
export function Sheet(
  { title, children }: { readonly title: string; readonly children: ComponentChildren },
) {
  const texts = useTexts();
  return (
    <section class="sheet" data-region="log" tabIndex={-1}>
      <header class="room-head">
        <RoomsButton />
        <h1>{title}</h1>
        <button type="button" class="quiet" onClick={() => history.back()}>
          {texts.say("back")}
        </button>
      </header>
      <div class="sheet-body">{children}</div>
    </section>
  );
}
