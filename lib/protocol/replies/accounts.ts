// The replies to `register` and `login`.
import type { Done } from "./done.ts";
import type { GivenToken } from "./web_sessions.ts";

/** The replies by the type of their request. */
export interface AccountReplies {
  readonly register: Done<"register">;
  /** The name as registered. */
  readonly login: Done<"login", { readonly username: string } & GivenToken>;
}
