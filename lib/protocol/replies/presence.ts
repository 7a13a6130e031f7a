// The replies about the users who are online. A `status` request has a reply only if it has a `ref`.
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

/** The replies by the type of their request. */
export interface PresenceReplies {
  readonly status: AckReply;
  readonly users: UsersReply;
}
