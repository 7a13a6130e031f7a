// The errors a client can cause: their stable codes, and the value that carries one to the reply.

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

/** What an error may carry besides its code and text. */
export interface ErrorDetails {
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
  /** The `ref` of the request that failed, where it could be read. */
  readonly ref?: string;
  /** Why, more exactly than the code says it: whoever words the error anew goes by it. */
  readonly reason?: string;
}

/**
 * A request that cannot be served, through the client's doing: the reply is an `error` line.
 * Anything else that is thrown is a bug of ours and is answered with `internal`.
 *
 * @example
 * ```ts
 * throw new ProtocolError("login_failed", "Login failed.");
 * ```
 */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly code: ErrorCode;
  readonly retryAfter: number | undefined;
  readonly ref: string | undefined;
  readonly reason: string | undefined;

  /**
   * @param code The stable code.
   * @param text What the user is told: what was expected and what came, in one sentence.
   * @param details `retry_after`, `ref` and the reason, where they apply.
   */
  constructor(code: ErrorCode, text: string, details: ErrorDetails = {}) {
    super(text);
    this.code = code;
    this.retryAfter = details.retryAfter;
    this.ref = details.ref;
    this.reason = details.reason;
  }
}
