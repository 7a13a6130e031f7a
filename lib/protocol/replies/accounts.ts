// The replies to `register` and `login`.
import type { Done } from "./done.ts";

/** By the type of the request. */
export interface AccountReplies {
  readonly register: Done<"register">;
  /** The name as it was registered. */
  readonly login: Done<"login", { readonly username: string }>;
}
