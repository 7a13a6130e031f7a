// The replies to the requests of operators and admins about accounts. `user` is the name as registered.
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";
import type { WebSessionRow } from "./web_sessions.ts";

interface Named {
  readonly user: string;
}

/** One account in a list. */
export interface UserRow {
  readonly name: string;
  readonly role: Role;
  readonly disabled: boolean;
  /** Whether the account lives in the school's directory. Missing: it lives here. */
  readonly directory?: true | undefined;
  readonly created_at: string;
  /** Missing if the account has never logged in. */
  readonly last_login_at?: string | undefined;
}

/** The replies by the type of their request. */
export interface UserAdminReplies {
  readonly user_list: {
    readonly type: "user_list";
    readonly users: readonly UserRow[];
    /** Whether more accounts follow. */
    readonly more?: true | undefined;
    /** The present number of accounts. */
    readonly accounts: number;
  };
  readonly user_show: Done<"user_show", {
    readonly user: string;
    readonly role: Role;
    readonly disabled: boolean;
    /** Whether the account lives in the school's directory. Missing: it lives here. */
    readonly directory?: true | undefined;
    readonly created_at: string;
    /** Missing if the account has never logged in. */
    readonly last_login_at?: string | undefined;
  }>;
  readonly user_add: Done<"user_add", {
    readonly user: string;
    readonly role: Role;
    /** The present number of accounts. */
    readonly accounts: number;
  }>;
  readonly user_sessions: Done<"user_sessions", {
    readonly user: string;
    /** The tokens of the account, the newest first. */
    readonly sessions: readonly WebSessionRow[];
  }>;
  readonly user_end_sessions: Done<"user_end_sessions", {
    readonly user: string;
    /** The number of tokens ended. */
    readonly ended: number;
  }>;
  readonly user_passwd: Done<"user_passwd", Named>;
  readonly user_role: Done<"user_role", { readonly user: string; readonly role: Role }>;
  readonly user_disable: Done<"user_disable", Named>;
  readonly user_enable: Done<"user_enable", Named>;
  readonly user_delete: Done<"user_delete", Named>;
  readonly user_erase: Done<"user_erase", Named>;
}
