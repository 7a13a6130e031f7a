// Defines the state of the page: everything that it knows and shows. It is immutable plain data, without DOM objects.
import type { Asked } from "./asked.ts";
import type { Lesson } from "./lesson_state.ts";
import type { Listed, NameKey, Pending, Room, RoomKey, Search } from "./room.ts";

export type * from "./command.ts";
export type * from "./event.ts";
export type * from "./lesson_state.ts";
export type * from "./room.ts";

export type Role = "guest" | "member" | "moderator" | "admin";

/** The connection to the server. Times are in milliseconds since 1970. */
export type Link =
  | { readonly state: "connecting"; readonly since: number }
  /** `joined`: the user is signed in on it. `caughtUp`: also, the room that is shown was read again. */
  | {
    readonly state: "open";
    readonly since: number;
    readonly joined: boolean;
    readonly caughtUp: boolean;
  }
  /** Offline since `since`. The next attempt is at `until`. */
  | { readonly state: "waiting"; readonly since: number; readonly until: number }
  /** Closed until the user asks to connect: for example banned, kicked, or too many connections from the address. */
  | { readonly state: "off"; readonly why: "banned" | "kicked" | "full" | "replaced" };

/** What the server allows, from the reply to `hello`. */
export interface Server {
  readonly version: string;
  readonly className: string;
  readonly guests: boolean;
  readonly registration: boolean;
  /** Whether an invitation permits more: joining as a guest, or creating an account. */
  readonly invites: boolean;
  /** `tls`: the server accepts passwords over TLS only, and this page is not on TLS. */
  readonly passwords: "ok" | "tls";
  readonly tlsPort: number | undefined;
  /** Whether the server keeps sessions after the tab is closed ("stay signed in"). */
  readonly sessions: boolean;
  readonly contentBytes: number;
  readonly passwordMin: number;
  /** The server's time minus the page's time, in milliseconds. */
  readonly clockOffset: number;
}

export interface Me {
  readonly name: string;
  readonly key: NameKey;
  readonly role: Role;
  readonly state: string;
  /** The end of the user's mute; Infinity until a moderator ends it; undefined if not muted. */
  readonly mutedUntil: number | undefined;
}

export interface Person {
  readonly key: NameKey;
  readonly name: string;
  readonly role: Role;
  readonly online: boolean;
  /** `online`, `away`, … as the user wrote it; empty if offline. */
  readonly state: string;
  /** The end of the person's mute. Only staff receive it. */
  readonly mutedUntil: number | undefined;
}

/**
 * An error from the server. `text` is in the server's language: prefer a text of the catalogue for the code and
 * reason.
 */
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

/** A short text at the edge of the page: a notice from the server, or an event such as `renamed`. */
export interface Notice {
  readonly key: number;
  readonly code: string;
  /** In the server's language. */
  readonly text: string;
  readonly at: number;
  /** For `renamed`: the new name. */
  readonly name: string | undefined;
  /** The failure of a request. */
  readonly failure?: Failure;
}

/** A section of the administration. */
export type AdminSection = "accounts" | "groups" | "import" | "invitations";

/** A place of the page, as named by the fragment of its address. */
export type Route =
  | {
    readonly at: "room";
    readonly room: RoomKey;
    readonly name: string;
    readonly id: number | undefined;
  }
  | { readonly at: "search"; readonly query: string; readonly channel: string | undefined }
  /** The link of an invitation. */
  | { readonly at: "invite"; readonly code: string }
  | { readonly at: "settings" }
  /** The administration. Only admins have it. */
  | { readonly at: "admin"; readonly section: AdminSection }
  | { readonly at: "accessibility" }
  /** One room in large type, without anything private. */
  | { readonly at: "projector"; readonly room: RoomKey; readonly name: string }
  /** A section of the description of the protocol; undefined for its beginning. */
  | { readonly at: "protocol"; readonly section: string | undefined }
  /** A place that this version does not know. */
  | { readonly at: "other"; readonly name: string }
  | { readonly at: "home" };

export interface Prefs {
  /** `auto`: the browser's language, or English. */
  readonly language: "auto" | "en" | "fr";
  readonly theme: "auto" | "light" | "dark";
  /** The text size in percent. */
  readonly size: number;
  readonly notify: "off" | "on" | "hidden";
  /** Whether to stay signed in on this device. */
  readonly stay: boolean;
}

/** The sign-in form: why it is shown, and the result of the latest attempt. */
export interface Door {
  readonly busy: boolean;
  readonly failure: Failure | undefined;
  /** The name that the form suggests. */
  readonly name: string;
  /** The reason shown above the form. */
  readonly reason: "expired" | "guest_expired" | "signed_out" | "replaced" | undefined;
  /** Whether the account `name` was just registered. */
  readonly registered: boolean;
}

/** An invitation whose code the page has, until the user has signed in. */
export interface Invitation {
  readonly code: string;
  /** `asked`: the server has not replied yet. `open`: it can be used. */
  readonly state: "asked" | "open" | "failed";
  /** The channel that it leads to; empty without one. */
  readonly channel: string;
  readonly guests: boolean;
  readonly registers: boolean;
  readonly failure: Failure | undefined;
}

export interface App {
  readonly link: Link;
  readonly server: Server | undefined;
  /** `starting`: it is unknown whether the session is still valid. `out`: the page shows the sign-in form. */
  readonly phase: "starting" | "out" | "in";
  readonly me: Me | undefined;
  /** Whether the user must choose a new password before anything else. */
  readonly mustChange: boolean;
  readonly door: Door;
  readonly invite: Invitation | undefined;
  readonly people: ReadonlyMap<NameKey, Person>;
  /** Whether a timer is set to request everyone who is online. */
  readonly peopleDue: boolean;
  readonly rooms: ReadonlyMap<RoomKey, Room>;
  /** The ids of recently deleted messages. A reply that is on its way may still contain them. */
  readonly forgotten: readonly number[];
  readonly outbox: readonly Pending[];
  /** Stored drafts of rooms that the page does not know yet. For other rooms see `Room.draft`. */
  readonly drafts: ReadonlyMap<RoomKey, string>;
  /** The user who owns the drafts and unsent messages; empty if nobody has signed in yet. */
  readonly owner: NameKey;
  readonly route: Route;
  readonly search: Search | undefined;
  readonly lesson: Lesson;
  readonly directory: readonly Listed[] | undefined;
  readonly notices: readonly Notice[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
  readonly prefs: Prefs;
  /** Whether the page is visible, and whether it has the focus. */
  readonly attention: { readonly visible: boolean; readonly focused: boolean };
  /** The requests without a reply, by `ref`. */
  readonly asked: ReadonlyMap<string, Asked>;
  /** Whether the user was told that the link broke. If so, the page also says when it is back. */
  readonly offlineTold: boolean;
  /** The end of the rate limit reported by the server. Nothing is sent before it. */
  readonly throttledUntil: number | undefined;
  /** The counter for refs, keys of notices and serials. */
  readonly counter: number;
  readonly session: Session | undefined;
  /** The tab and client that the page names in `hello`. */
  readonly self: { readonly tab: string; readonly client: string };
}

/** What the page stores to sign in as the same user again. */
export interface Session {
  readonly token: string;
  readonly name: string;
  readonly guest: boolean;
  /** In milliseconds since 1970; undefined if the server did not report it. */
  readonly expires: number | undefined;
  /** Whether it is kept on this device, for all tabs; otherwise only in its tab. */
  readonly stay: boolean;
}
