// The replies about the users who are online. A `status` request has a reply only if it has a `ref`.
import type { Role } from "../requests/user_admin.ts";
import type { AckReply } from "./messages.ts";

/** The users who are online, or in a channel. */
export interface UsersReply {
  /** `who` if the request has that type. */
  readonly type: "users" | "who";
  /** The channel, if the request names one. */
  readonly channel?: string | undefined;
  /** Names, sorted. */
  readonly users: readonly string[];
  /** The states other than `online`, by name. */
  readonly states: Readonly<Record<string, string>>;
}

/** A user who is online. */
export interface PersonRow {
  readonly name: string;
  readonly role: Role | "guest";
  readonly state: string;
  /** Only for moderators: when the mute of the user ends; `null` until further notice. Missing without a mute. */
  readonly muted_until?: string | null | undefined;
}

/** The replies by the type of their request. */
export interface PresenceReplies {
  readonly status: AckReply;
  readonly users: UsersReply;
  readonly people: {
    readonly type: "people";
    /** The channel, if the request names one. */
    readonly channel?: string | undefined;
    /** The users, sorted by name. */
    readonly people: readonly PersonRow[];
    /** Whether more users exist. The next page begins after the last of these. */
    readonly more?: true | undefined;
  };
}
