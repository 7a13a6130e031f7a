// Defines the state of a room: its messages, its unread count, and the user's draft.
import type { Failure } from "./state.ts";

/** A normalized name, by which names are compared: the result of `nameKey` in `lib/protocol/names.ts`. */
export type NameKey = string;

/** The key of a room in the state: `#` and the key of a channel, or `@` and the key of a user. */
export type RoomKey = `#${NameKey}` | `@${NameKey}`;

/** Which part of a room is read: the next page at an end of the window, or a new window. */
export type Side = "older" | "newer" | "around" | "latest";

/** A message that the server has stored. */
export interface Item {
  readonly id: number;
  readonly from: string;
  readonly fromKey: NameKey;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly content: string;
  readonly cid: string | undefined;
  readonly replyTo: number | undefined;
  /** Whether the user of this page sent it, from any device. */
  readonly mine: boolean;
  /** Whether it was deleted while shown. The content is empty; a line says so until the room is read again. */
  readonly deleted: boolean;
}

/** Up to 50 consecutive messages. The object changes only if its messages do, so the view can compare by identity. */
export interface Block {
  /** Unique in its window, and constant as long as the block exists. */
  readonly key: number;
  readonly items: readonly Item[];
}

/** One contiguous range of a room's messages, without duplicates, in the order of ids. */
export interface Window {
  readonly blocks: readonly Block[];
  /** The range without gaps, both ends included; 0 and 0 if nothing was read. */
  readonly first: number;
  readonly last: number;
  /** Whether the server has messages before `first`. */
  readonly older: boolean;
  /** Whether the server has messages after `last`. If not, the window reaches the present. */
  readonly newer: boolean;
}

/** A text from the server for this page only, shown in a room after the message `after`. It is never stored. */
export interface Aside {
  readonly key: number;
  readonly after: number;
  readonly at: number;
  /**
   * `answer`: the reply of ClassCord to a slash command. Other values are the codes of notices: `topic`, `expelled`,
   * …
   */
  readonly code: string;
  readonly text: string;
}

export interface Room {
  readonly key: RoomKey;
  readonly kind: "channel" | "private";
  /** `#dev`, or the name of the other user. */
  readonly name: string;
  readonly topic: string;
  readonly restricted: boolean;
  readonly closed: boolean;
  readonly readOnly: boolean;
  /** Whether the user has joined the channel. Always true for private conversations. */
  readonly member: boolean;
  /** The members who were online in the latest list; empty until a list was read. */
  readonly members: ReadonlySet<NameKey>;
  readonly window: Window;
  /** `none`: never read. `stale`: read on an earlier connection. `live`: new messages are added as they arrive. */
  readonly reading: "none" | "stale" | "live";
  readonly loading: Side | undefined;
  /** The `ref` of the read request in progress. Replies to earlier ones are ignored. */
  readonly loadingRef: string | undefined;
  /** Messages that arrived during a read, held until their place is known. */
  readonly held: readonly Item[];
  /** Whether too many messages arrived to hold them all. The window will not reach the present. */
  readonly heldTooMany: boolean;
  /** The id of the newest message that the page knows of; 0 if none. */
  readonly last: number;
  /** The time of that message; 0 if unknown. Private conversations are sorted by it. */
  readonly lastAt: number;
  /** The id of the newest live message, which did not come with the history; 0 if none. */
  readonly heard: number;
  /** The user has read everything up to this id, on any device. */
  readonly seen: number;
  /** The number of messages from others after `seen`. */
  readonly unread: number;
  /** Whether the server stopped counting at its maximum, so that more than `unread` are unread. */
  readonly unreadMore: boolean;
  /** The value of `seen` when the room was opened. The line "new messages" follows this message. */
  readonly line: number | undefined;
  /** The number of unread messages that mention the user, among those that the page has received. */
  readonly mentions: number;
  /** The greatest id among the messages on the screen, as reported by the view; undefined if there are none. */
  readonly onScreen: number | undefined;
  readonly asides: readonly Aside[];
  readonly draft: string;
  readonly replyTo: number | undefined;
  /** Where the view scrolls when `serial` changes. `end`: to the present. */
  readonly target: { readonly id: number | "end"; readonly serial: number } | undefined;
}

/** A message of the user that the server has not confirmed as stored. */
export interface Pending {
  readonly cid: string;
  /** The user who wrote it. */
  readonly owner: NameKey;
  readonly room: RoomKey;
  /** The name to write in `channel` or `to`. */
  readonly name: string;
  /** The text as the user typed it. */
  readonly content: string;
  readonly replyTo: number | undefined;
  readonly at: number;
  /** Whether it is a slash command, which is never sent again automatically. */
  readonly command: boolean;
  /** The greatest message id that the page knew at the first attempt. If the message was stored, its id is greater. */
  readonly after: number;
  /** `waiting`: not sent. `sent`: sent, no reply yet. `checking`: the link broke after it was sent. */
  readonly state: "waiting" | "sent" | "checking" | "failed";
  /** Why it failed, or why it waits (`rate_limited`: until `retryAt`). */
  readonly failure: Failure | undefined;
}

export interface Hit {
  readonly item: Item;
  readonly room: RoomKey;
  readonly roomName: string;
  /** A part of the message. Matches are enclosed in `«` and `»`. */
  readonly snippet: string;
}

export interface Search {
  readonly query: string;
  /** The channel to search, or undefined for all rooms. */
  readonly channel: string | undefined;
  readonly state: "busy" | "done" | "failed";
  readonly hits: readonly Hit[];
  readonly more: boolean;
  /** False if the newest messages are not in the index yet. */
  readonly complete: boolean;
  readonly failure: Failure | undefined;
}

/** A channel in the server's list, for the dialog to join one. */
export interface Listed {
  readonly key: RoomKey;
  readonly name: string;
  readonly topic: string;
  readonly members: number;
  readonly restricted: boolean;
  readonly closed: boolean;
  readonly readOnly: boolean;
}
