// The state of the page: all that it knows and shows. Plain data that never changes in place, without DOM.
import type { Asked } from "./asked.ts";
import type { Listed, NameKey, Pending, Room, RoomKey, Search } from "./room.ts";

export type * from "./command.ts";
export type * from "./event.ts";
export type * from "./room.ts";

export type Role = "guest" | "member" | "moderator" | "admin";

/** The connection to the server. Times are milliseconds since 1970. */
export type Link =
  | { readonly state: "connecting"; readonly since: number }
  /** `joined`: the user is signed in on it. `caughtUp`: and the room that is shown was read again. */
  | {
    readonly state: "open";
    readonly since: number;
    readonly joined: boolean;
    readonly caughtUp: boolean;
  }
  /** Offline since `since`; the next attempt is at `until`. */
  | { readonly state: "waiting"; readonly since: number; readonly until: number }
  /** Ended for good until the user asks: banned, kicked, or the address has too many connections. */
  | { readonly state: "off"; readonly why: "banned" | "kicked" | "full" | "replaced" | "refused" };

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
  /** `renamed`: the name now. */
  readonly name: string | undefined;
  /** A request that failed. */
  readonly failure?: Failure;
}

/** A place of the page: the fragment of its address. */
export type Route =
  | {
    readonly at: "room";
    readonly room: RoomKey;
    readonly name: string;
    readonly id: number | undefined;
  }
  | { readonly at: "search"; readonly query: string; readonly channel: string | undefined }
  | { readonly at: "settings" }
  | { readonly at: "accessibility" }
  /** Of the next version: `class`, `project`, `inspector`. */
  | { readonly at: "other"; readonly name: string }
  | { readonly at: "home" };

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
  /** The page is about to ask for everybody. */
  readonly peopleDue: boolean;
  readonly rooms: ReadonlyMap<RoomKey, Room>;
  /** Ids of messages that were deleted just now: an answer that is on its way may still have them. */
  readonly forgotten: readonly number[];
  readonly outbox: readonly Pending[];
  /** Drafts that were kept for rooms that the page does not know yet; otherwise see `Room.draft`. */
  readonly drafts: ReadonlyMap<RoomKey, string>;
  /** The user to whom drafts and unsent messages belong; empty if nobody has signed in yet. */
  readonly owner: NameKey;
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
  /** The user was told that the link broke, and is told when it is back. */
  readonly offlineTold: boolean;
  /** Nothing is sent before this time: the server said `rate_limited`. */
  readonly throttledUntil: number | undefined;
  /** Counts refs, keys of notices and serials. */
  readonly counter: number;
  readonly session: Session | undefined;
  /** What `hello` says of this page. */
  readonly self: { readonly tab: string; readonly client: string };
}

/** What the page keeps to come back as the same user. */
export interface Session {
  readonly token: string;
  readonly name: string;
  readonly guest: boolean;
  /** Milliseconds since 1970; undefined if the server did not say. */
  readonly expires: number | undefined;
}
