// The state of the page: all that it knows and shows. Plain data that never changes in place, without DOM.
export type * from "./event.ts";
export type * from "./command.ts";
import type { Asked } from "./asked.ts";

/** A name as names are compared: `nameKey` of `lib/protocol/names.ts`. */
export type NameKey = string;

/** A room in the state: `#` and the key of a channel, or `@` and the key of a user. */
export type RoomKey = `#${NameKey}` | `@${NameKey}`;

export type Role = "guest" | "member" | "moderator" | "admin";

/** The connection to the server. Times are milliseconds since 1970. */
export type Link =
  | { readonly state: "connecting"; readonly since: number }
  /** `caught_up`: resumed, and the rooms were read again. */
  | { readonly state: "open"; readonly since: number; readonly caughtUp: boolean }
  /** Offline since `since`; the next attempt is at `until`. */
  | { readonly state: "waiting"; readonly since: number; readonly until: number }
  /** Ended for good until the user asks: banned, kicked, or the address has too many connections. */
  | { readonly state: "off"; readonly why: "banned" | "kicked" | "full" | "replaced" };

/** What the server allows: the reply to `hello`. */
export interface Server {
  readonly version: string;
  readonly className: string;
  readonly guests: boolean;
  readonly registration: boolean;
  /** `tls`: passwords are accepted over TLS only, and this page is not on TLS. */
  readonly passwords: "ok" | "tls";
  readonly tlsPort: number | undefined;
  /** Whether the server remembers sessions beyond the tab ("stay signed in"). */
  readonly sessions: boolean;
  readonly features: ReadonlySet<string>;
  readonly contentBytes: number;
  readonly passwordMin: number;
  /** Server time minus the page's time, in milliseconds. */
  readonly clockOffset: number;
}

export interface Me {
  readonly name: string;
  readonly key: NameKey;
  readonly role: Role;
  readonly state: string;
  /** Muted until this time; Infinity until a moderator ends it; undefined if not muted. */
  readonly mutedUntil: number | undefined;
}

export interface Person {
  readonly key: NameKey;
  readonly name: string;
  readonly role: Role;
  readonly online: boolean;
  /** `online`, `away`, … as the user wrote it; empty if offline. */
  readonly state: string;
  /** Known to staff only. */
  readonly mutedUntil: number | undefined;
}

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
  readonly loading: "older" | "newer" | "around" | "latest" | undefined;
  /** Messages that came while the window was read; empty otherwise. */
  readonly held: readonly Item[];
  readonly heldTooMany: boolean;
  /** Id of the newest message that the page has heard of; 0 if none. */
  readonly last: number;
  /** Time of that message; 0 if unknown. Private conversations are listed by it. */
  readonly lastAt: number;
  /** Everything up to this id was read, on any device. */
  readonly seen: number;
  /** Messages of others after `seen`. */
  readonly unread: number;
  /** The server counted up to its maximum: there are more than `unread`. */
  readonly unreadMore: boolean;
  /** `seen` as it was when the room was opened: the line "new messages" is after it. */
  readonly line: number | undefined;
  readonly mentions: number;
  readonly asides: readonly Aside[];
  readonly draft: string;
  readonly replyTo: number | undefined;
  /** Where the view scrolls next, each time `serial` changes. `end`: to the present. */
  readonly target: { readonly id: number | "end"; readonly serial: number } | undefined;
}

/** A message of the user that is not yet a stored one. */
export interface Pending {
  readonly cid: string;
  readonly room: RoomKey;
  /** The name that is written in `channel` or `to`. */
  readonly name: string;
  readonly content: string;
  readonly replyTo: number | undefined;
  readonly at: number;
  /** `waiting`: not written yet. `sent`: written, no answer yet. `checking`: the link broke after it was written. */
  readonly state: "waiting" | "sent" | "checking" | "failed";
  /** Why it failed, or why it waits (`rate_limited`: until `retryAt`). */
  readonly failure: Failure | undefined;
}

/** An error of the server. `text` is in the server's language; prefer a text of the catalogue by code and reason. */
export interface Failure {
  readonly code: string;
  readonly reason: string | undefined;
  readonly text: string;
  readonly retryAt: number | undefined;
}

/** The state of a request that the view named with a `tag`. */
export type Outcome =
  | { readonly state: "busy" }
  | { readonly state: "ok"; readonly details: Readonly<Record<string, unknown>> }
  | { readonly state: "failed"; readonly failure: Failure };

/** A short text at the edge of the page: a notice of the server, or an event such as `renamed`. */
export interface Notice {
  readonly key: number;
  readonly code: string;
  /** In the language of the server. */
  readonly text: string;
  readonly at: number;
  readonly name: string | undefined;
}

/** A place of the page: the fragment of its address. */
export type Route =
  | { readonly at: "room"; readonly room: RoomKey; readonly name: string; readonly id: number | undefined }
  | { readonly at: "search"; readonly query: string }
  | { readonly at: "settings" }
  | { readonly at: "accessibility" }
  /** Of the next version: `class`, `project`, `inspector`. */
  | { readonly at: "other"; readonly name: string }
  | { readonly at: "home" };

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

export interface Prefs {
  /** `auto`: the browser's language, else English. */
  readonly language: "auto" | "en" | "fr";
  readonly theme: "auto" | "light" | "dark";
  /** Text size in percent. */
  readonly size: number;
  readonly notify: "off" | "on" | "hidden";
  /** Stay signed in on this device. */
  readonly stay: boolean;
}

/** Why the page shows the sign-in form, and what the latest attempt came to. */
export interface Door {
  readonly busy: boolean;
  readonly failure: Failure | undefined;
  /** The name to offer. */
  readonly name: string;
  /** Said above the form. */
  readonly reason: "expired" | "guest_expired" | "signed_out" | "replaced" | undefined;
  /** The account `name` was registered just now. */
  readonly registered: boolean;
}

export interface App {
  readonly link: Link;
  readonly server: Server | undefined;
  /** `starting`: it is not known yet whether a session goes on. `out`: the sign-in form is shown. */
  readonly phase: "starting" | "out" | "in";
  readonly me: Me | undefined;
  readonly door: Door;
  readonly people: ReadonlyMap<NameKey, Person>;
  readonly rooms: ReadonlyMap<RoomKey, Room>;
  readonly outbox: readonly Pending[];
  readonly route: Route;
  readonly search: Search | undefined;
  readonly directory: readonly Listed[] | undefined;
  readonly notices: readonly Notice[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly prefs: Prefs;
  /** Whether the page is visible, and has the focus. */
  readonly attention: { readonly visible: boolean; readonly focused: boolean };
  /** Requests that the server has not answered yet, by `ref`. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Nothing is sent before this time: the server said `rate_limited`. */
  readonly throttledUntil: number | undefined;
  /** Counts refs, keys of notices and serials. */
  readonly counter: number;
  readonly session: Session | undefined;
}

/** What the page keeps to come back as the same user. */
export interface Session {
  readonly token: string;
  readonly name: string;
  readonly guest: boolean;
  /** Milliseconds since 1970; undefined if the server did not say. */
  readonly expires: number | undefined;
}
