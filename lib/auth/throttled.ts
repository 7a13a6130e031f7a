// The error for a login attempt that comes too early.

/** There were too many failures. The attempt was not made. */
export class Throttled extends Error {
  override readonly name = "Throttled";

  /** @param retryAfter Whole seconds until an attempt is allowed. */
  constructor(readonly retryAfter: number) {
    super(`expected fewer failed attempts; try again in ${retryAfter} s`);
  }
}
