// The commands of the page: what the model asks of the link, the storage and the view.
import type { Item, Link, Notice, Room, RoomKey, Route } from "./state.ts";

export type Command =
  /** Writes a line to the server. */
  | { readonly type: "send"; readonly line: Readonly<Record<string, unknown>> }
  /** Sends the event `timer` after `ms`; replaces the timer of that name. */
  | { readonly type: "timer"; readonly name: string; readonly ms: number }
  /** Keeps a value, or forgets it. `tab`: until the tab is closed; `device`: until it is removed. */
  | {
    readonly type: "store";
    readonly where: "tab" | "device";
    readonly key: string;
    readonly value: unknown;
  }
  /** Link: connect now. */
  | { readonly type: "connect" }
  /** Link: end the connection for good, until the user asks. */
  | { readonly type: "disconnect"; readonly why: Extract<Link, { state: "off" }>["why"] }
  // For the view.
  /** Says it once to screen readers. */
  | { readonly type: "announce"; readonly what: Announcement }
  /** Shows a notification of the system: the page is hidden or elsewhere. */
  | {
    readonly type: "notify";
    readonly room: Room;
    readonly item: Item;
    readonly why: "private" | "mention";
  }
  /** Puts the route into the address bar. */
  | { readonly type: "navigate"; readonly route: Route; readonly replace: boolean }
  | { readonly type: "focus"; readonly target: "composer" | "log" | "search" };

/** What is said to screen readers; the view has the words. */
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
  | { readonly kind: "link"; readonly state: "offline" | "online" }
  | { readonly kind: "failed"; readonly content: string };
