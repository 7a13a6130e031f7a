// Starts the page: the model with its link, the texts, and the view.
import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import { startClient } from "./link/client.ts";
import type { Colour } from "./text/colours.ts";
import { languageOf, type Texts } from "./texts/catalogue.ts";
import { AppView } from "./view/app.tsx";
import { knownNames, partOf } from "./view/known.ts";
import { focusRegion } from "./view/regions.ts";
import type { Manuals } from "./view/manuals.ts";
import {
  type AdminPart,
  closedUi,
  type Later,
  type LessonParts,
  type Page,
  PageContext,
  type Talk,
} from "./view/page.ts";
import { addStyle } from "./view/style.ts";
import { startWords } from "./words.ts";

/** Draws the page into the shell and starts it. `live`: the element that screen readers read aloud. */
function main(root: HTMLElement, live: HTMLElement): void {
  // Announcements that arrive before this part is loaded are dropped. The page shows their contents anyway.
  let show: ReturnType<Talk["startTalk"]> = () => {};
  const { app, send, wire } = startClient((command) => {
    if (command.type !== "focus") return show(command);
    setTimeout(() => focusRegion(command.target === "search" ? "log" : command.target));
  });
  const language = computed(() => languageOf(app.value.prefs.language, navigator.languages));
  const words = startWords();
  // Nothing uses the texts before they are loaded.
  const texts = computed(() => words.texts.value as Texts);
  const colours = signal<Colour | undefined>(undefined);
  const talk = signal<Talk | undefined>(undefined);
  const later = signal<Later | undefined>(undefined);
  const lesson = signal<LessonParts | undefined>(undefined);
  const admin = signal<AdminPart | undefined>(undefined);
  const manuals = signal<Manuals | undefined>(undefined);
  const ui = closedUi();
  const failed = () => ui.toast.value = texts.peek().say("later_failed");
  const page: Page = {
    app,
    texts,
    ui,
    dispatch: send,
    now: () => Date.now() + (app.peek().server?.clockOffset ?? 0),
    colours,
    // If it cannot be loaded, code is shown in one colour. The user need not know.
    loadColours: once(async () => {
      colours.value = (await import("./text/colours.ts")).colour;
    }, () => {}),
    people: partOf(app, ({ people }) => people),
    known: knownNames(app),
    talk,
    loadTalk: once(async () => {
      const part = await import("./view/talk.tsx");
      show = part.startTalk(page, live);
      talk.value = part;
    }, failed),
    later,
    loadLater: once(async () => {
      const [parts] = await Promise.all([import("./view/later.tsx"), words.add("more")]);
      later.value = parts;
    }, failed),
    lesson,
    loadLesson: once(async () => {
      const [parts] = await Promise.all([
        import("./view/lesson.tsx"),
        words.add("more"),
        words.add("lesson"),
        addStyle("lesson.css"),
      ]);
      lesson.value = parts;
    }, failed),
    admin,
    loadAdmin: once(async () => {
      const [part] = await Promise.all([
        import("./view/admin/admin.tsx"),
        words.add("more"),
        words.add("admin"),
        addStyle("admin.css"),
      ]);
      admin.value = part.startAdmin(page);
    }, failed),
    manuals,
    loadManuals: once(async () => {
      manuals.value = await (await import("./view/manuals.ts")).loadManuals();
    }, failed),
    wire,
    // The region may not be drawn yet.
    focus: (target) => void setTimeout(() => focusRegion(target)),
  };
  let isDrawn = false;
  effect(() => {
    const wanted = language.value;
    words.speak(wanted).then(() => {
      // The page is drawn already, or the user has chosen another language whose texts are being loaded.
      if (isDrawn || words.texts.peek() === undefined) return;
      isDrawn = true;
      effect(() => dress(app.value.prefs.theme, app.value.prefs.size, texts.value.language));
      effect(() => {
        document.title = titleOf(page);
      });
      render(
        <PageContext.Provider value={page}>
          <AppView />
        </PageContext.Provider>,
        root,
      );
    }, () => isDrawn && failed());
  });
}

/** Returns a function that loads something once. After a failure, the next call tries again. */
function once(load: () => Promise<void>, failed: () => void): () => void {
  let isLoading = false;
  return () => {
    if (isLoading) return;
    isLoading = true;
    load().catch(() => {
      isLoading = false;
      failed();
    });
  };
}

/** Applies the user's theme, text size and language to the document. */
function dress(theme: string, size: number, language: string): void {
  const { dataset } = document.documentElement;
  document.documentElement.lang = language;
  dataset.theme = theme;
  dataset.size = String(size);
}

/** Returns the title of the tab: the unread count and the current place. */
function titleOf({ app, texts }: Page): string {
  const { phase, rooms, route, server } = app.value;
  const name = server?.className || texts.value.say("app");
  if (phase !== "in") return name;
  let unread = 0;
  for (const room of rooms.values()) {
    if (room.kind === "private" || room.mentions > 0) unread += room.unread;
  }
  // On a projector, the title does not tell how many messages wait for the user.
  if (route.at === "projector") return `${route.name} – ${name}`;
  const place = route.at === "room" ? `${route.name} – ` : "";
  return `${unread > 0 ? `(${unread > 99 ? "99+" : unread}) ` : ""}${place}${name}`;
}

main(document.getElementById("page")!, document.getElementById("announcer")!);
