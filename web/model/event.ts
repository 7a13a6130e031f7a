// Defines the events of the model: what it receives from the server, the user, the browser and the clock.
import type { Link, Prefs, PrivatePolicy, RoomKey, Route } from "./state.ts";

export type Event =
  // The link.
  | { readonly type: "link"; readonly link: Link }
  /**
   * A line from the server, not yet checked. Lines arrive in order. All lines of one turn are applied before the page
   * is drawn.
   */
  | { readonly type: "line"; readonly line: Readonly<Record<string, unknown>> }
  | { readonly type: "timer"; readonly name: string }
  /** The first event, with what the browser has stored. */
  | { readonly type: "start"; readonly kept: Kept; readonly route: Route }
  | { readonly type: "attention"; readonly visible: boolean; readonly focused: boolean }
  /** The user requests to connect now. */
  | { readonly type: "reconnect" }
  // Signing in.
  | { readonly type: "enter_guest"; readonly name: string }
  | {
    readonly type: "sign_in";
    readonly name: string;
    readonly password: string;
    readonly stay: boolean;
  }
  | {
    readonly type: "register";
    readonly name: string;
    readonly password: string;
    readonly stay: boolean;
  }
  | { readonly type: "sign_out"; readonly everywhere: boolean }
  /** The user types the code of an invitation. */
  | { readonly type: "invite"; readonly code: string }
  // Places.
  | { readonly type: "route"; readonly route: Route }
  /** Opens a conversation with a user, and shows it. */
  | { readonly type: "talk_to"; readonly name: string }
  /** Shows the message `id` in its context. */
  | { readonly type: "jump"; readonly room: RoomKey; readonly id: number }
  | { readonly type: "to_present"; readonly room: RoomKey }
  // Reading: the view reports what is on the screen.
  /** The user scrolls near an end of the window. */
  | { readonly type: "edge"; readonly room: RoomKey; readonly side: "older" | "newer" }
  /** The greatest id among the messages on the screen, or undefined if there are none. */
  | { readonly type: "on_screen"; readonly room: RoomKey; readonly id: number | undefined }
  // Writing.
  | { readonly type: "draft"; readonly room: RoomKey; readonly text: string }
  | { readonly type: "reply_to"; readonly room: RoomKey; readonly id: number | undefined }
  /** Sends `text`. `cid`: `newCid()`. Clears the draft of the room and its reply mark. */
  | { readonly type: "say"; readonly room: RoomKey; readonly text: string; readonly cid: string }
  | { readonly type: "retry"; readonly cid: string }
  /** Discards a failed or waiting message. `edit`: its text goes into the draft. */
  | { readonly type: "discard"; readonly cid: string; readonly edit: boolean }
  // Requests. `tag` names the outcome in `App.outcomes`.
  | { readonly type: "join"; readonly channel: string; readonly tag?: string }
  | { readonly type: "leave"; readonly room: RoomKey; readonly tag?: string }
  | { readonly type: "directory" }
  | { readonly type: "search"; readonly query: string; readonly channel: string | undefined }
  | { readonly type: "search_more" }
  | { readonly type: "set_state"; readonly state: string }
  | { readonly type: "act"; readonly act: Act; readonly tag?: string }
  /** Sends a request that only admins may make. It has an outcome, and no notice if it fails. */
  | {
    readonly type: "manage";
    readonly line: Readonly<Record<string, unknown>>;
    readonly tag: string;
  }
  | { readonly type: "forget"; readonly tag: string }
  | { readonly type: "dismiss"; readonly notice: number }
  | { readonly type: "prefs"; readonly prefs: Partial<Prefs> }
  // The lesson.
  /** The class panel was opened or closed. */
  | { readonly type: "watch_class"; readonly on: boolean }
  | { readonly type: "choose_class"; readonly name: string | undefined }
  | { readonly type: "dismiss_report"; readonly key: number }
  /** Reads the messages of a room since a time, for a file. */
  | { readonly type: "export"; readonly room: RoomKey; readonly from: number }
  | { readonly type: "export_more" }
  | { readonly type: "export_end" }
  | {
    readonly type: "attendance";
    readonly className: string | undefined;
    readonly from: number;
    readonly to: number;
  }
  /** Sends a line that the user typed in the inspector. */
  | { readonly type: "send_text"; readonly text: string };

/** A request of a moderator, or about the user's account. It results in an outcome, and in a notice if it fails. */
export type Act =
  | { readonly kind: "delete"; readonly id: number; readonly reason?: string }
  | {
    readonly kind: "mute";
    readonly user: string;
    readonly seconds: number;
    readonly reason?: string;
  }
  | { readonly kind: "unmute"; readonly user: string }
  | {
    readonly kind: "kick";
    readonly user: string;
    readonly channel?: string;
    readonly reason?: string;
  }
  | {
    readonly kind: "ban";
    readonly user: string;
    readonly seconds: number;
    readonly reason?: string;
  }
  | { readonly kind: "unban"; readonly user: string }
  | { readonly kind: "bans" }
  | { readonly kind: "announce"; readonly content: string }
  | { readonly kind: "topic"; readonly channel: string; readonly topic: string }
  | { readonly kind: "close_channel"; readonly channel: string; readonly reason?: string }
  | { readonly kind: "open_channel"; readonly channel: string; readonly reason?: string }
  | { readonly kind: "hand"; readonly up: boolean; readonly user?: string; readonly all?: true }
  | { readonly kind: "policy"; readonly private: PrivatePolicy }
  | { readonly kind: "report"; readonly id: number; readonly reason?: string }
  | { readonly kind: "password"; readonly old: string; readonly new: string }
  | { readonly kind: "sessions" }
  | { readonly kind: "end_session"; readonly id: number };

/**
 * What the browser stores: for this tab (drafts, unsent messages, session) and for this device. It is not trusted.
 */
export interface Kept {
  /** The name of this tab. The server closes older connections of the same tab. */
  readonly tab: string;
  /** The name of this browser in the user's list of sessions. */
  readonly client: string;
  readonly session: unknown;
  readonly drafts: unknown;
  readonly outbox: unknown;
  readonly owner: unknown;
  readonly prefs: unknown;
}
