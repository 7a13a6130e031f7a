// Counts the characters of client text. It checks the length in UTF-16 units first, because that is free.

/** Whether a text has at most `max` characters (code points). It does not read a text that is too long. */
export function fits(text: string, max: number): boolean {
  return text.length <= 2 * max && [...text].length <= max;
}

/** Returns a test for more than `most` combining marks in a row. Apply it only to text of bounded length. */
export function markPile(most: number): RegExp {
  return new RegExp(`\\p{M}{${most + 1}}`, "u");
}
