// The replies about who is online. `status` is answered only if it has a `ref`.
import type { AckReply } from "./messages.ts";

/** Who is online, or in a channel. */
export interface UsersReply {
  /** `who` if the request was spelled so. */
  readonly type: "users" | "who";
  /** The channel, if the request names one. */
  readonly channel?: string | undefined;
  /** Names, sorted. */
  readonly users: readonly string[];
  /** The states that are not `online`, by name. */
  readonly states: Readonly<Record<string, string>>;
}

/** By the type of the request. */
export interface PresenceReplies {
  readonly status: AckReply;
  readonly users: UsersReply;
}
