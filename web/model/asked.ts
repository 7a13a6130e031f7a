// Defines the purposes of the requests that wait for a reply.
import type { Attendance, NameKey, Pupil, RoomKey, Side } from "./state.ts";

/** A search that was requested. */
export interface AskedSearch {
  readonly for: "search";
  readonly query: string;
  readonly channel: string | undefined;
  readonly before: number | undefined;
}

/** A page of the list of a class. `rows`: the people on the previous pages. */
export interface AskedClass {
  readonly for: "class";
  readonly className: string | undefined;
  readonly rows: readonly Pupil[];
  readonly pages: number;
}

/** A page of the attendance. `list`: the people on the previous pages. */
export interface AskedAttendance {
  readonly for: "attendance";
  readonly list: Attendance;
  readonly pages: number;
}

/** The purpose of a request. It decides how the reply is applied. */
export type Asked =
  | { readonly for: "hello" }
  | { readonly for: "invite" }
  | { readonly for: "guest"; readonly name: string }
  | { readonly for: "login"; readonly stay: boolean }
  | {
    readonly for: "register";
    readonly name: string;
    readonly password: string;
    readonly stay: boolean;
  }
  | { readonly for: "resume" }
  | { readonly for: "logout" }
  | { readonly for: "overview" }
  /** `names`: the names on the previous pages. */
  | {
    readonly for: "people";
    readonly room: RoomKey | undefined;
    readonly pages: number;
    readonly names: readonly NameKey[];
  }
  | { readonly for: "directory" }
  | {
    readonly for: "history";
    readonly room: RoomKey;
    readonly side: Side;
    readonly id: number;
  }
  /** Checks whether messages that were sent before the link broke are stored. */
  | { readonly for: "check"; readonly room: RoomKey; readonly pages: number }
  | AskedSearch
  | { readonly for: "message"; readonly cid: string }
  /** `quiet`: joins again after a break, without showing the channel. */
  | { readonly for: "join"; readonly tag: string | undefined; readonly quiet: boolean }
  | { readonly for: "leave"; readonly room: RoomKey; readonly tag: string | undefined }
  | { readonly for: "state"; readonly state: string }
  | { readonly for: "act"; readonly kind: string; readonly tag: string | undefined }
  | { readonly for: "whoami" }
  | { readonly for: "hands" }
  | { readonly for: "classes" }
  | AskedClass
  | AskedAttendance
  /** \`before\`: the id at the end of the page; 0 for the newest. */
  | { readonly for: "export"; readonly room: RoomKey; readonly before: number }
  | { readonly for: "seen"; readonly room: RoomKey };
