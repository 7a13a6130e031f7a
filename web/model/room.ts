// What the page knows of a room: its messages, what is unread, and what the user is writing there.
import type { Failure } from "./state.ts";

/** A name as names are compared: `nameKey` of `lib/protocol/names.ts`. */
export type NameKey = string;

/** A room in the state: `#` and the key of a channel, or `@` and the key of a user. */
export type RoomKey = `#${NameKey}` | `@${NameKey}`;

/** What is read of a room: a page at an end of the window, or a new window. */
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
  /** Sent by the user of this page, from any device. */
  readonly mine: boolean;
  /** Deleted while shown: the content is empty, and a line says so until the room is read again. */
  readonly deleted: boolean;
}

/** At most 50 messages that follow each other. The object changes only if its messages do: render by identity. */
export interface Block {
  /** Unique in its window, and the same as long as the block exists. */
  readonly key: number;
  readonly items: readonly Item[];
}

/** One contiguous range of the messages of a room, without doubles, in the order of ids. */
export interface Window {
  readonly blocks: readonly Block[];
  /** The range that is known to be whole, both ends included; 0 and 0 if nothing was read. */
  readonly first: number;
  readonly last: number;
  /** Whether the server has messages before `first`. */
  readonly older: boolean;
  /** Whether the server has messages after `last`. False: the window reaches the present. */
  readonly newer: boolean;
}

/** Text of the server for this page only, shown in a room after the message `after`. Never stored. */
export interface Aside {
  readonly key: number;
  readonly after: number;
  readonly at: number;
  /** `answer`: from ClassCord, to a slash command. Others are the codes of notices: `topic`, `expelled`, … */
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
  /** Channels: the user has joined it. Always true for private conversations. */
  readonly member: boolean;
  /** Online members, as known from the latest list; empty until it was read. */
  readonly members: ReadonlySet<NameKey>;
  readonly window: Window;
  /** `none`: never read. `stale`: read on an earlier connection. `live`: messages enter as they come. */
  readonly reading: "none" | "stale" | "live";
  readonly loading: Side | undefined;
  /** The request that reads; answers of earlier ones are ignored. */
  readonly loadingRef: string | undefined;
  /** Messages that came while the window was read, until it is known where they belong. */
  readonly held: readonly Item[];
  /** More came than are held: the window will not reach the present. */
  readonly heldTooMany: boolean;
  /** Id of the newest message that the page has heard of; 0 if none. */
  readonly last: number;
  /** Time of that message; 0 if unknown. Private conversations are listed by it. */
  readonly lastAt: number;
  /** Id of the newest message that came as it was sent, not with the history; 0 if none. */
  readonly heard: number;
  /** Everything up to this id was read, on any device. */
  readonly seen: number;
  /** Messages of others after `seen`. */
  readonly unread: number;
  /** The server counted up to its maximum: there are more than `unread`. */
  readonly unreadMore: boolean;
  /** `seen` as it was when the room was opened: the line "new messages" is after it. */
  readonly line: number | undefined;
  /** How many of `unread` mention the user, as far as the page has seen them. */
  readonly mentions: number;
  /** The greatest id among the messages on the screen, as the view said; undefined if none is. */
  readonly onScreen: number | undefined;
  readonly asides: readonly Aside[];
  readonly draft: string;
  readonly replyTo: number | undefined;
  /** Where the view scrolls next, each time `serial` changes. `end`: to the present. */
  readonly target: { readonly id: number | "end"; readonly serial: number } | undefined;
}

/** A message of the user that is not yet a stored one. */
export interface Pending {
  readonly cid: string;
  /** The user who wrote it. */
  readonly owner: NameKey;
  readonly room: RoomKey;
  /** The name that is written in `channel` or `to`. */
  readonly name: string;
  /** As the user typed it. */
  readonly content: string;
  readonly replyTo: number | undefined;
  readonly at: number;
  /** A slash command. It is never sent again by itself. */
  readonly command: boolean;
  /** The newest message of the room when it was first sent: if it is stored, its id is greater. */
  readonly after: number;
  /** `waiting`: not written yet. `sent`: written, no answer yet. `checking`: the link broke after it was written. */
  readonly state: "waiting" | "sent" | "checking" | "failed";
  /** Why it failed, or why it waits (`rate_limited`: until `retryAt`). */
  readonly failure: Failure | undefined;
}

export interface Hit {
  readonly item: Item;
  readonly room: RoomKey;
  readonly roomName: string;
  /** A part of the message; what matched is between `«` and `»`. */
  readonly snippet: string;
}

export interface Search {
  readonly query: string;
  /** In one channel, or everywhere. */
  readonly channel: string | undefined;
  readonly state: "busy" | "done" | "failed";
  readonly hits: readonly Hit[];
  readonly more: boolean;
  /** False: the newest messages are not in the index yet. */
  readonly complete: boolean;
  readonly failure: Failure | undefined;
}

/** A channel of the server's list, for the dialog to join one. */
export interface Listed {
  readonly key: RoomKey;
  readonly name: string;
  readonly topic: string;
  readonly members: number;
  readonly restricted: boolean;
  readonly closed: boolean;
  readonly readOnly: boolean;
}
