// The error that a client causes. It is thrown as a value and becomes the reply.
import type { ErrorCode, ErrorReason, ReasonOf, TEXT_VARIANTS } from "./error_codes.ts";
import type { Phrase, Place, Places } from "./phrases.ts";

/** Texts of errors that old clients compare. They are the same in every language. */
export const FIXED_TEXTS: { readonly [C in ErrorCode]?: string } = {
  username_taken: "Username already exists.",
  login_failed: "Login failed.",
};

/** The parts of a request that its reply repeats. */
export interface Asked {
  /** The `ref`, if it could be read. */
  readonly ref?: string | undefined;
  /** The type as the client wrote it, at most 64 characters, if it could be read. */
  readonly sentType?: string | undefined;
}

/** What an error may have besides its code. */
export interface ErrorDetails<R extends ErrorReason = ErrorReason> extends Asked {
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
  /** The reason, which is more specific than the code. */
  readonly reason?: R;
  /** The values for the placeholders of the text. */
  readonly places?: Places;
}

/** The details of errors of one code. */
export type DetailsOf<C extends ErrorCode> = ErrorDetails<ReasonOf<C> | keyof typeof TEXT_VARIANTS>;

/**
 * A request failed because of the client. The reply is an `error` line. Its text is that of the reason, or else of
 * the code, in the catalogue of the server's language. Any other error is a bug, and the reply is `internal`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * const places = { name: "bob" };
 * const error = new ProtocolError("unknown_user", { reason: "offline", places });
 * assert.equal(error.code, "unknown_user");
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
   * @param details The reason, the values for its text, `retry_after`, and the repeated parts of the request.
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

/** Describes one wrong member of a request. */
export interface BadMember {
  readonly expected: Phrase;
  /** The received value. */
  readonly got: Place;
  /** The repeated parts of the request, if the dispatcher cannot know them. */
  readonly asked?: Asked;
}

/** Creates the error for one wrong member of a request. */
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
