// The replies to `register` and `login`.
import type { Done } from "./done.ts";
import type { GivenToken } from "./web_sessions.ts";

/** The replies by the type of their request. */
export interface AccountReplies {
  readonly register: Done<"register">;
  /**
   * The name as registered. `channel`: the channel that the invitation of the connection leads to. `must_change`: the
   * client asked for a token and must ask its user for a new password, which it sends with `password`.
   */
  readonly login: Done<
    "login",
    & {
      readonly username: string;
      readonly channel?: string | undefined;
      readonly must_change?: true | undefined;
    }
    & GivenToken
  >;
}
