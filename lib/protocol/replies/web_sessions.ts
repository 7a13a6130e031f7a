// The replies about staying signed in.
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";

/** A token that was given. */
export interface GivenToken {
  /** Missing where none was asked for, or none is given. */
  readonly token?: string | undefined;
  /** When it expires. */
  readonly expires?: string | undefined;
}

/** A token of an account, without the token. */
export interface WebSessionRow {
  readonly id: number;
  /** What the client called itself. */
  readonly client: string;
  readonly created_at: string;
  readonly last_used_at: string;
  readonly expires: string;
  /** It is that of the connection that asks. */
  readonly current?: true | undefined;
}

/** By the type of the request. */
export interface WebSessionReplies {
  readonly resume: Done<"resume", {
    /** The name that the user has now. */
    readonly username: string;
    readonly role: Role | "guest";
    /** When the token expires. Guests have none. */
    readonly expires?: string | undefined;
  }>;
  readonly sessions: {
    readonly type: "sessions";
    /** The newest first. */
    readonly sessions: readonly WebSessionRow[];
  };
  readonly end_session: Done<"end_session", { readonly id: number }>;
}
