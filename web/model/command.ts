// Defines the commands of the model: what it requests from the link, the storage and the view.
import type { Item, Link, Notice, Room, RoomKey, Route } from "./state.ts";

export type Command =
  /** Writes a line to the server. */
  | { readonly type: "send"; readonly line: Readonly<Record<string, unknown>> }
  /** Writes a text that the user typed, as it is. */
  | { readonly type: "send_text"; readonly text: string }
  /** Sends the event `timer` after `ms`. Replaces an earlier timer with the same name. */
  | { readonly type: "timer"; readonly name: string; readonly ms: number }
  /**
   * Stores a value, or removes it if it is undefined. `tab`: until the tab is closed; `device`: until it is removed.
   */
  | {
    readonly type: "store";
    readonly where: "tab" | "device";
    readonly key: string;
    readonly value: unknown;
  }
  /** For the link: connects now. */
  | { readonly type: "connect" }
  /** For the link: closes the connection, and does not connect again until the user asks for it. */
  | { readonly type: "disconnect"; readonly why: Extract<Link, { state: "off" }>["why"] }
  // Commands for the view.
  /** Announces something to screen readers, once. */
  | { readonly type: "announce"; readonly what: Announcement }
  /** Shows a notification of the operating system, because the page is hidden or another room is shown. */
  | {
    readonly type: "notify";
    readonly room: Room;
    readonly item: Item;
    readonly why: "private" | "mention";
  }
  /** Puts the route into the address bar. */
  | { readonly type: "navigate"; readonly route: Route; readonly replace: boolean }
  | { readonly type: "focus"; readonly target: "composer" | "log" | "search" };

/** An announcement for screen readers. The view chooses the words. */
export type Announcement =
  | {
    readonly kind: "message";
    readonly room: RoomKey;
    readonly roomName: string;
    readonly item: Item;
  }
  | { readonly kind: "deleted"; readonly room: RoomKey }
  | { readonly kind: "notice"; readonly notice: Notice }
  | { readonly kind: "aside"; readonly text: string }
  | { readonly kind: "hand" | "report"; readonly name: string }
  | { readonly kind: "link"; readonly state: "offline" | "online" }
  | { readonly kind: "failed"; readonly content: string };
