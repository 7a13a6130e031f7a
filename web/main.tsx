// Starts the page: the model with its link, the words, and the view.
import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import { startClient } from "./link/client.ts";
import type { Colour } from "./text/colours.ts";
import { languageOf, type Texts } from "./texts/catalogue.ts";
import { AppView } from "./view/app.tsx";
import { knownNames, partOf } from "./view/known.ts";
import { focusRegion } from "./view/regions.ts";
import { closedUi, type Later, type Page, PageContext, type Talk } from "./view/page.ts";
import { startWords } from "./words.ts";

/** Draws the page into the shell and starts it. */
function main(root: HTMLElement, live: HTMLElement): void {
  // What is to be said and shown before its part is loaded is on the page anyway.
  let show: ReturnType<Talk["startTalk"]> = () => {};
  const { app, send } = startClient((command) => {
    if (command.type !== "focus") return show(command);
    setTimeout(() => focusRegion(command.target === "search" ? "log" : command.target));
  });
  const language = computed(() => languageOf(app.value.prefs.language, navigator.languages));
  const words = startWords();
  // Nothing is drawn or said before the words are loaded.
  const texts = computed(() => words.texts.value as Texts);
  const colours = signal<Colour | undefined>(undefined);
  const talk = signal<Talk | undefined>(undefined);
  const later = signal<Later | undefined>(undefined);
  const ui = closedUi();
  const failed = () => ui.toast.value = texts.peek().say("later_failed");
  const page: Page = {
    app,
    texts,
    ui,
    dispatch: send,
    now: () => Date.now() + (app.peek().server?.clockOffset ?? 0),
    colours,
    // Without it, code has one colour: nothing to tell.
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
      const [parts] = await Promise.all([import("./view/later.tsx"), words.addMore()]);
      later.value = parts;
    }, failed),
    // The region may be drawn only now.
    focus: (target) => void setTimeout(() => focusRegion(target)),
  };
  let isDrawn = false;
  effect(() => {
    const wanted = language.value;
    words.speak(wanted).then(() => {
      // Another language was wanted meanwhile: its words are on their way.
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

/** Loads something once. After a failure, the next call tries again. */
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

/** Applies what the user has chosen to the whole document. */
function dress(theme: string, size: number, language: string): void {
  const { dataset } = document.documentElement;
  document.documentElement.lang = language;
  dataset.theme = theme;
  dataset.size = String(size);
}

/** The title of the tab: how much is unread, and where the user is. */
function titleOf({ app, texts }: Page): string {
  const { phase, rooms, route, server } = app.value;
  const name = server?.className || texts.value.say("app");
  if (phase !== "in") return name;
  let unread = 0;
  for (const room of rooms.values()) {
    if (room.kind === "private" || room.mentions > 0) unread += room.unread;
  }
  const place = route.at === "room" ? `${route.name} – ` : "";
  return `${unread > 0 ? `(${unread > 99 ? "99+" : unread}) ` : ""}${place}${name}`;
}

main(document.getElementById("page")!, document.getElementById("announcer")!);
