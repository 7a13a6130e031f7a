// The errors a client can cause: their stable codes and reasons, and the value that carries one to the reply.
import type { Phrase, Place, Places } from "./phrases.ts";

/** Every code that an `error` line may bear. They are part of the wire contract: never renamed. */
export const ERROR_CODES = [
  "bad_json",
  "bad_request",
  "unknown_type",
  "line_too_long",
  "content_too_long",
  "bad_username",
  "weak_password",
  "username_taken",
  "login_failed",
  "login_required",
  "unknown_user",
  "unknown_channel",
  "not_in_channel",
  "forbidden",
  "muted",
  "banned",
  "rate_limited",
  "throttled",
  "too_many_connections",
  "busy",
  "shutting_down",
  "internal",
] as const;

/** One of {@linkcode ERROR_CODES}. */
export type ErrorCode = typeof ERROR_CODES[number];

/** Why a request is refused, more exactly than its code says. Each catalogue of texts has a text for each. */
export const ERROR_REASONS = [
  // What is wrong with a line.
  "not_object",
  "too_deep",
  "unreadable",
  "member",
  "members_too_long",
  "usage",
  "duration",
  // Names, passwords, accounts.
  "name_length",
  "name_marks",
  "name_characters",
  "name_reserved",
  "look_alike",
  "channel_name",
  "guests_only",
  "guests_refused",
  "accounts",
  "password_owner",
  "no_account",
  "accounts_closed",
  "registration_closed",
  "clear_password",
  "clear_password_port",
  // Channels and what is said in them.
  "restricted",
  "closed",
  "read_only",
  "create_members",
  "create_moderators",
  "too_many_channels",
  "too_many_joined",
  "too_many_made",
  "channel_exists",
  "always_open",
  "always_there",
  "not_member",
  "not_yours",
  "not_stored",
  "mail_full",
  "mail_share",
  // Moderation.
  "rank",
  "moderators",
  "topic",
  "operator",
  "offline",
  "not_muted",
  "not_banned",
  "loopback",
  "own_address",
  "address",
  "muted_for",
  "banned_for",
  // Connections.
  "server_full",
  "address_full",
  "database_lost",
  "disk_full",
  "scrape",
  "closing",
  "not_finished",
] as const;

/** One of {@linkcode ERROR_REASONS}. */
export type ErrorReason = typeof ERROR_REASONS[number];

/** Texts of errors that old clients compare: the same in every language. */
export const FIXED_TEXTS: { readonly [C in ErrorCode]?: string } = {
  username_taken: "Username already exists.",
  login_failed: "Login failed.",
};

/** What an error may carry besides its code. */
export interface ErrorDetails {
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
  /** The `ref` of the request that failed, where it could be read. */
  readonly ref?: string;
  /** Why, more exactly than the code says. */
  readonly reason?: ErrorReason;
  /** What fills the places of the text. */
  readonly places?: Places;
}

/**
 * A request that cannot be served, through the client's doing: the reply is an `error` line, whose text is
 * that of the reason, else of the code, in the catalogue of the server's language. Anything else that is
 * thrown is a bug of ours and is answered with `internal`.
 *
 * @example
 * ```ts
 * throw new ProtocolError("unknown_user", { reason: "offline", places: { name: "bob" } });
 * ```
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ErrorCode;
  readonly retryAfter: number | undefined;
  readonly ref: string | undefined;
  readonly reason: ErrorReason | undefined;
  readonly places: Places;

  /**
   * @param code The stable code.
   * @param details The reason, what fills its text, `retry_after` and `ref`, where they apply.
   */
  constructor(code: ErrorCode, details: ErrorDetails = {}) {
    const { retryAfter, ref, reason, places = {} } = details;
    super(reason === undefined ? code : `${code}: ${reason}`);
    this.code = code;
    this.retryAfter = retryAfter;
    this.ref = ref;
    this.reason = reason;
    this.places = places;
  }
}

/** The error about one member of a request: what was expected, and what came. */
export function badMember(
  member: string,
  { expected, got, ref }: { expected: Phrase; got: Place; ref?: string | undefined },
): ProtocolError {
  return new ProtocolError("bad_request", {
    reason: "member",
    places: { member: JSON.stringify(member), expected, got },
    ...(ref === undefined ? {} : { ref }),
  });
}
