// The plain values that a pickle may have, and the error for all others.

/** The bytes are not a pickle of plain values. The message says what they are. */
export class PickleError extends Error {
  override readonly name = "PickleError";
}

/**
 * A value of a pickle. Python 2 wrote byte strings without their character set, so they remain bytes, as does a text
 * that is not valid UTF-8. Numbers have JavaScript's precision.
 */
export type Pickled = string | Uint8Array | number | boolean | null | Pickled[] | PickledMap;

/** A dictionary. */
export type PickledMap = Map<Pickled, Pickled>;

/** Creates the error for bytes that are not a pickle, or are incomplete. */
export function brokenError(): PickleError {
  return new PickleError("expected a pickle, got another format or an incomplete file.");
}
