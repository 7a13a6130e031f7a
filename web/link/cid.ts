// Makes the short random words that mark messages and name tabs.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** A random word of `length` letters, 6 bits each. */
export function randomWord(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => LETTERS[byte & 63]).join("");
}

/** The mark of a message that is about to be sent. */
export function newCid(): string {
  return randomWord(8);
}
