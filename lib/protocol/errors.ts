// The error that a client causes, as a value that is thrown and becomes the reply.
import type { ErrorCode, ErrorReason, ReasonOf, TEXT_VARIANTS } from "./error_codes.ts";
import type { Phrase, Place, Places } from "./phrases.ts";

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
