// Shows notifications of the operating system for private messages and mentions while the page is open.
import type { Command } from "../model/state.ts";
import { hrefOf, routeTo } from "../model/route.ts";
import type { Texts } from "../texts/catalogue.ts";
import { spoken } from "./announcer.ts";

type Notify = Extract<Command, { type: "notify" }>;

/** Shows a notification. A click on it opens the message. */
export function showNotification({ room, item, why }: Notify, texts: Texts, hidden: boolean): void {
  if (typeof Notification === "undefined" || Notification.permission !== "granted") return;
  const title = why === "private"
    ? texts.say("notify_private", { name: item.from })
    : texts.say("notify_mention", { name: item.from, room: room.name });
  const href = hrefOf(routeTo(room, item.id));
  try {
    // A new notification replaces the previous one of the same room.
    const shown = new Notification(hidden ? texts.say("notify_hidden") : title, {
      ...hidden ? {} : { body: spoken(item.content, texts) },
      tag: room.key,
      icon: "icon-192.png",
      lang: texts.language,
    });
    shown.onclick = () => {
      globalThis.focus();
      location.hash = href;
      shown.close();
    };
  } catch {
    // Chrome on Android supports notifications with a service worker only.
  }
}
