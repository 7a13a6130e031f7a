// Defines the purposes of the requests that wait for a reply.
import type { NameKey, RoomKey, Side } from "./state.ts";

/** A search that was requested. */
export interface AskedSearch {
  readonly for: "search";
  readonly query: string;
  readonly channel: string | undefined;
  readonly before: number | undefined;
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
  | { readonly for: "seen"; readonly room: RoomKey };
