// Normalizes passwords and checks their length.
import { fits, markPile } from "../protocol/characters.ts";

/** The maximum length of a password, in characters (code points) after NFC. */
export const PASSWORD_MAX = 256;

// A client that sends letters and marks separately needs up to four UTF-16 units per character. Longer texts and long
// rows of marks are not normalized, because that takes time quadratic in the number of marks.
const UNITS_MAX = 4 * PASSWORD_MAX;
const TOO_MANY_MARKS = markPile(32);

/** Returns the form of a password that is hashed; `undefined` if it is too long. */
export function normalizePassword(text: string): string | undefined {
  if (text.length > UNITS_MAX || TOO_MANY_MARKS.test(text)) return undefined;
  const password = text.normalize("NFC");
  return fits(password, PASSWORD_MAX) ? password : undefined;
}
