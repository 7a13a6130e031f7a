// What a pickle may hold here: plain values. And the error for everything else.

/** The bytes are no pickle of plain values; the message says what they are. */
export class PickleError extends Error {
  override readonly name = "PickleError";
}

/**
 * A value of a pickle. Python 2 wrote its byte strings without their character set, so they stay bytes; so
 * does a text that is not valid UTF-8. Numbers are only as exact as JavaScript's.
 */
export type Pickled = string | Uint8Array | number | boolean | null | Pickled[] | PickledMap;

/** A dictionary. */
export type PickledMap = Map<Pickled, Pickled>;

/** The error for bytes that are no pickle, or only a part of one. */
export function brokenError(): PickleError {
  return new PickleError("expected a pickle, got another format or an incomplete file.");
}
