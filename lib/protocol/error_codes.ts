// The codes of errors, and the reasons that distinguish the cases of a code.

/**
 * The reasons of each code, as `error` lines have them. They are part of the wire contract and are never renamed. An
 * error without a reason is the general case of its code. Each catalogue of texts has a text for each reason.
 */
export const REASONS = {
  bad_json: ["not_object", "several_objects", "bare_command", "too_deep", "unreadable"],
  bad_request: [
    "member",
    "address",
    "loopback",
    "own_address",
    "not_muted",
    "not_banned",
    "too_many_channels",
    "channel_exists",
    "always_open",
    "always_there",
    "group_exists",
    "too_many_groups",
    "no_session",
    "network",
    "no_invite",
    "too_many_invites",
    "no_window",
    "too_many_windows",
    "no_list",
    "list_full",
    "no_cluster",
    "no_node",
    "node_runs",
    "leads_not",
    "leads_alone",
  ],
  unknown_type: [],
  line_too_long: [],
  content_too_long: ["members_too_long"],
  bad_username: ["name_length", "name_marks", "name_characters", "name_reserved"],
  weak_password: ["same_password"],
  username_taken: ["account_exists", "account_name", "guest_name", "look_alike"],
  login_failed: [],
  session_expired: [],
  bad_invite: [],
  login_required: ["logged_out", "guests_refused", "guests_invited", "accounts", "password_owner"],
  unknown_user: ["offline", "no_account"],
  unknown_class: [],
  unknown_channel: ["create_members", "create_moderators"],
  unknown_group: [],
  not_in_channel: ["not_member"],
  forbidden: [
    "rank",
    "moderators",
    "topic",
    "restricted",
    "closed",
    "read_only",
    "not_yours",
    "not_readable",
    "private_staff",
    "private_none",
    "too_many_channels",
    "too_many_joined",
    "too_many_made",
    "mail_full",
    "mail_share",
    "clear_password",
    "registration_closed",
    "registration_invited",
    "invite_for_guests",
    "scrape",
    "operator",
    "accounts_closed",
    "clear_management",
    "directory_account",
  ],
  muted: [],
  banned: [],
  rate_limited: [],
  throttled: [],
  too_many_connections: ["server_full", "address_full"],
  busy: [
    "disk_full",
    "database_lost",
    "search_expired",
    "searches_wait",
    "search_unavailable",
    "directory_away",
    "cut_off",
  ],
  shutting_down: ["closing", "not_finished"],
  internal: ["not_stored"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** A code of an `error` line. Codes are part of the wire contract and are never renamed. */
export type ErrorCode = keyof typeof REASONS;

/** All codes. */
export const ERROR_CODES = Object.keys(REASONS) as readonly ErrorCode[];

/** The reasons that errors of a code have on the wire. */
export type ReasonOf<C extends ErrorCode> = typeof REASONS[C][number];

/** Variants that only select another text, and the reason that the client gets instead, if any. */
export const TEXT_VARIANTS = {
  // The client distinguishes these by `retry_after`.
  muted_for: undefined,
  banned_for: undefined,
  clear_password_port: "clear_password",
  // A message replies to slash commands.
  usage: undefined,
  duration: undefined,
  channel_name: undefined,
  guests_only: undefined,
} as const satisfies Record<string, ReasonOf<ErrorCode> | undefined>;

/** A reason, or a variant of a text. */
export type ErrorReason = ReasonOf<ErrorCode> | keyof typeof TEXT_VARIANTS;

/** All of them. */
export const ERROR_REASONS: readonly ErrorReason[] = [
  ...new Set([
    ...Object.values(REASONS).flat(),
    ...Object.keys(TEXT_VARIANTS) as (keyof typeof TEXT_VARIANTS)[],
  ]),
];

/** Returns the reason that an `error` line has. */
export function wireReason(reason: ErrorReason | undefined): ReasonOf<ErrorCode> | undefined {
  return reason !== undefined && reason in TEXT_VARIANTS
    ? TEXT_VARIANTS[reason as keyof typeof TEXT_VARIANTS]
    : reason as ReasonOf<ErrorCode> | undefined;
}
