// Starts the page: the model with its link, the words, and the view.
import { computed, effect, signal } from "@preact/signals";
import { render } from "preact";
import { startClient } from "./link/client.ts";
import type { Announcement } from "./model/state.ts";
import type { Colour } from "./text/colours.ts";
import { languageOf, Texts } from "./texts/catalogue.ts";
import { Announcer } from "./view/announcer.ts";
import { AppView } from "./view/app.tsx";
import { focusRegion, listenToKeys } from "./view/keys.ts";
import { askToNotify, showNotification } from "./view/notify.ts";
import { closedUi, type Page, PageContext } from "./view/page.ts";

/** Draws the page into the shell and starts it. */
function main(root: HTMLElement, live: HTMLElement): void {
  const say = (what: Announcement) => announcer.say(what);
  const { app, send } = startClient((command) => {
    if (command.type === "announce") say(command.what);
    else if (command.type === "notify") {
      showNotification(command, texts.peek(), app.peek().prefs.notify === "hidden");
    } else setTimeout(() => focusRegion(command.target === "search" ? "log" : command.target));
  });
  const language = computed(() => languageOf(app.value.prefs.language, navigator.languages));
  const texts = computed(() => new Texts(language.value));
  const colours = signal<Colour | undefined>(undefined);
  let isLoading = false;
  const announcer = new Announcer((lines) => write(live, lines), () => {
    const { route } = app.peek();
    return { shown: route.at === "room" ? route.room : undefined, texts: texts.peek() };
  });
  const page: Page = {
    app,
    texts,
    ui: closedUi(),
    dispatch: send,
    now: () => Date.now() + (app.peek().server?.clockOffset ?? 0),
    colours,
    loadColours() {
      if (isLoading) return;
      isLoading = true;
      // Without it, code has one colour: nothing to tell.
      import("./text/colours.ts").then(
        ({ colour }) => colours.value = colour,
        () => isLoading = false,
      );
    },
    askToNotify,
    // The region may be drawn only now.
    focus: (target) => void setTimeout(() => focusRegion(target)),
  };
  effect(() => dress(app.value.prefs.theme, app.value.prefs.size, texts.value.language));
  effect(() => {
    document.title = titleOf(page);
  });
  listenToKeys(page);
  render(
    <PageContext.Provider value={page}>
      <AppView />
    </PageContext.Provider>,
    root,
  );
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

/** Writes lines for screen readers. Each is an element of its own, so that equal lines are said again. */
function write(live: HTMLElement, lines: readonly string[]): void {
  live.replaceChildren(...lines.map((line) => {
    const element = document.createElement("p");
    element.textContent = line;
    return element;
  }));
}

main(document.getElementById("page")!, document.getElementById("announcer")!);
