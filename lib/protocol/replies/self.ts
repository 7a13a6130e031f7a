// The replies about the client's own connection and account.
import type { Done } from "./done.ts";
import type { GivenToken } from "./web_sessions.ts";
import type { Role } from "../requests/user_admin.ts";

/** The identity of the client. */
export interface WhoamiReply {
  readonly type: "whoami";
  readonly name: string;
  readonly role: Role | "guest" | "operator";
  /** The channels that the user is in. */
  readonly channels: readonly string[];
  readonly state: string;
  /** The current channel. Operators have none. */
  readonly channel?: string | undefined;
}

/** The replies by the type of their request. */
export interface SelfReplies {
  readonly password: Done<"password", GivenToken>;
  readonly whoami: WhoamiReply;
  readonly ping: { readonly type: "pong" };
  readonly logout: Done<"logout">;
}
