// The reply to a client that holds the code of an invitation.
import type { Done } from "./done.ts";

/** The reply by the type of the request. */
export interface InviteReplies {
  readonly invite: Done<"invite", {
    /** The channel that it admits to. */
    readonly channel?: string | undefined;
    /** Whether a guest can join with it. */
    readonly guests: boolean;
    /** Whether an account can be registered with it. */
    readonly registers: boolean;
    readonly expires: string;
  }>;
}
