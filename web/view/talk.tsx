// The part of the page for users who are signed in. It is loaded while they sign in.
import "./shared.ts";
import type { ViewCommand } from "../link/runner.ts";
import { Announcer } from "./announcer.ts";
import { showNotification } from "./notify.ts";
import type { Page } from "./page.ts";

export { Frame } from "./frame.tsx";

/** Returns a function that executes commands of the model: announcements and notifications. */
export function startTalk(page: Page, live: HTMLElement): (command: ViewCommand) => void {
  // What was collected just before the page went to a projector must not appear on it.
  const tell = (lines: readonly string[]) =>
    page.app.peek().route.at === "projector" ? undefined : write(live, lines);
  const announcer = new Announcer(tell, () => {
    const { route } = page.app.peek();
    return {
      shown: route.at === "room" ? route.room : undefined,
      texts: page.texts.peek(),
    };
  });
  return (command) => {
    if (command.type === "announce") announcer.say(command.what);
    else if (command.type === "notify") {
      showNotification(command, page.texts.peek(), page.app.peek().prefs.notify === "hidden");
    }
  };
}

/** Writes lines for screen readers. Each line is a new element, so that equal lines are read again. */
function write(live: HTMLElement, lines: readonly string[]): void {
  live.replaceChildren(...lines.map((line) => {
    const element = document.createElement("p");
    element.textContent = line;
    return element;
  }));
}
