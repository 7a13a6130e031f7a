// The errors a client can cause: their stable codes, and the value that carries one to the reply.
import type { ErrorReason, ReasonOf, TEXT_VARIANTS } from "./error_reasons.ts";
import type { Phrase, Place, Places } from "./phrases.ts";

export { ERROR_REASONS, type ErrorReason } from "./error_reasons.ts";

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

/** Texts of errors that old clients compare: the same in every language. */
export const FIXED_TEXTS: { readonly [C in ErrorCode]?: string } = {
  username_taken: "Username already exists.",
  login_failed: "Login failed.",
};

/** What an answer repeats of the line that it answers. */
export interface Asked {
  /** The `ref`, where it could be read. */
  readonly ref?: string | undefined;
  /** The type as the client wrote it, at most 64 characters, where it could be read. */
  readonly sentType?: string | undefined;
}

/** What an error may carry besides its code. */
export interface ErrorDetails<R extends ErrorReason = ErrorReason> extends Asked {
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
  /** Why, more exactly than the code says. */
  readonly reason?: R;
  /** What fills the places of the text. */
  readonly places?: Places;
}

/** The details of errors of one code. */
export type DetailsOf<C extends ErrorCode> = ErrorDetails<ReasonOf<C> | keyof typeof TEXT_VARIANTS>;

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
export class ProtocolError<C extends ErrorCode = ErrorCode> extends Error implements Asked {
  override readonly name = "ProtocolError";
  readonly code: C;
  readonly retryAfter: number | undefined;
  readonly ref: string | undefined;
  readonly sentType: string | undefined;
  readonly reason: ErrorReason | undefined;
  readonly places: Places;

  /**
   * @param code The stable code.
   * @param details The reason, what fills its text, `retry_after`, and what is repeated of the line.
   */
  constructor(code: C, details: DetailsOf<C> = {}) {
    const { retryAfter, ref, sentType, reason, places = {} } = details;
    super(reason === undefined ? code : `${code}: ${reason}`);
    this.code = code;
    this.retryAfter = retryAfter;
    this.ref = ref;
    this.sentType = sentType;
    this.reason = reason;
    this.places = places;
  }
}

/** What is wrong with one member of a request. */
export interface BadMember {
  readonly expected: Phrase;
  /** What came. */
  readonly got: Place;
  /** What is repeated of the line, where the dispatcher cannot know it. */
  readonly asked?: Asked;
}

/** The error about one member of a request. */
export function badMember(
  member: string,
  { expected, got, asked }: BadMember,
): ProtocolError<"bad_request"> {
  return new ProtocolError("bad_request", {
    ...asked,
    reason: "member",
    places: { member: JSON.stringify(member), expected, got },
  });
}
