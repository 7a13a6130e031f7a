// Makes the short random words that identify messages and tabs.
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Returns a random word of `length` characters with 6 random bits each. */
export function randomWord(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => LETTERS[byte & 63]).join("");
}

/** Returns a new identifier for a message. */
export function newCid(): string {
  return randomWord(8);
}
