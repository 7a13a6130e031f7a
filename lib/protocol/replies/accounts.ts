// The replies to `register` and `login`.
import type { Done } from "./done.ts";
import type { GivenToken } from "./web_sessions.ts";

/** The replies by the type of their request. */
export interface AccountReplies {
  readonly register: Done<"register">;
  readonly login: Done<
    "login",
    & {
      /** The name as registered. */
      readonly username: string;
      /** The channel that the invitation of the connection leads to. */
      readonly channel?: string | undefined;
    }
    & GivenToken
  >;
}
