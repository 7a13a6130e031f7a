// The replies to the requests of operators about invitations and times of open registration.
import type { Done } from "./done.ts";

/** One invitation. */
export interface InviteRow {
  readonly id: number;
  /** The code in groups. Only if the invitation can still be used, as is its link. */
  readonly code?: string | undefined;
  readonly link?: string | undefined;
  readonly state: "open" | "used" | "expired" | "revoked";
  readonly channel?: string | undefined;
  /** Whether an account can be registered with it. */
  readonly register: boolean;
  /** The maximum number of uses. */
  readonly uses: number;
  /** The number of uses so far. */
  readonly used: number;
  readonly created_by: string;
  readonly created_at: string;
  readonly expires: string;
}

/** A time of open registration. */
export interface RegistrationRow {
  /** An address or a range. Missing: all addresses. */
  readonly network?: string | undefined;
  readonly until: string;
  readonly opened_by: string;
  readonly opened_at: string;
}

/** The replies by the type of their request. */
export interface InviteAdminReplies {
  readonly invite_create: Done<"invite_create", InviteRow & { code: string; link: string }>;
  readonly invites: {
    readonly type: "invites";
    /** The newest first. */
    readonly invites: readonly InviteRow[];
    /** Whether more exist. */
    readonly more?: true | undefined;
  };
  readonly invite_revoke: Done<"invite_revoke", { readonly id: number }>;
  readonly registration_open: Done<"registration_open", RegistrationRow>;
  readonly registration_close: Done<"registration_close", {
    readonly network?: string | undefined;
    /** The number of times of open registration that have ended. */
    readonly closed: number;
  }>;
  readonly registration: {
    readonly type: "registration";
    /** The setting `auth.registration`. */
    readonly registration: boolean | "invite";
    readonly windows: readonly RegistrationRow[];
  };
}
