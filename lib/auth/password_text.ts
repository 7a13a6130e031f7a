// The text of a password: its one form, and how long it may be.
import { fits, markPile } from "../protocol/characters.ts";

/** Longest password, in characters (code points) after NFC. */
export const PASSWORD_MAX = 256;

// A client that sends letters and marks apart needs four UTF-16 units for a character. Nothing longer is
// normalized, nor is a heap of marks: that takes time quadratic in their number.
const UNITS_MAX = 4 * PASSWORD_MAX;
const TOO_MANY_MARKS = markPile(32);

/** A password as it is hashed, or `undefined` if it is longer than any password may be. */
export function normalizePassword(text: string): string | undefined {
  if (text.length > UNITS_MAX || TOO_MANY_MARKS.test(text)) return undefined;
  const password = text.normalize("NFC");
  return fits(password, PASSWORD_MAX) ? password : undefined;
}
