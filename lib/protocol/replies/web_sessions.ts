// The replies about staying signed in.
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";

/** A token that the server gives to a client. */
export interface GivenToken {
  /** Missing if the client did not ask for a token, or if the server gives none. */
  readonly token?: string | undefined;
  /** When the token expires. */
  readonly expires?: string | undefined;
}

/** The description of an account's token, without the token itself. */
export interface WebSessionRow {
  readonly id: number;
  /** The label that the client gave itself in `hello`. */
  readonly client: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires: string;
  /** Whether the requesting connection uses this token. */
  readonly current?: true | undefined;
}

/** The replies by the type of the request. */
export interface WebSessionReplies {
  readonly resume: Done<"resume", {
    /** The name that the user has now. */
    readonly username: string;
    readonly role: Role | "guest";
    /** When the token expires. Missing for guests. */
    readonly expires?: string | undefined;
    /** The channel that the invitation of the connection leads to. */
    readonly channel?: string | undefined;
    /** Whether the client must ask for a new password, as after `login`. */
    readonly must_change?: true | undefined;
  }>;
  readonly sessions: {
    readonly type: "sessions";
    /** The newest first. */
    readonly sessions: readonly WebSessionRow[];
  };
  readonly end_session: Done<"end_session", { readonly id: number }>;
}
