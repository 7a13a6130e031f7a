// The refusal of a login that comes too early.

/** Too many failures: the attempt is not made. */
export class Throttled extends Error {
  override readonly name = "Throttled";

  /** @param retryAfter Whole seconds until an attempt is made again. */
  constructor(readonly retryAfter: number) {
    super(`expected fewer failed attempts; try again in ${retryAfter} s`);
  }
}
