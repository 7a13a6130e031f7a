// Counts the characters of client text. The length in UTF-16 units, which costs nothing, is checked first.

/** Whether a text has at most `max` characters (code points). Never looks at a text that is too long. */
export function fits(text: string, max: number): boolean {
  return text.length <= 2 * max && [...text].length <= max;
}

/** A test for more than `most` combining marks in a row. Apply it to text of bounded length only. */
export function markPile(most: number): RegExp {
  return new RegExp(`\\p{M}{${most + 1}}`, "u");
}
