// Makes the name of an account from a first and a last name.

const LETTERS: Readonly<Record<string, string>> = { "œ": "oe", "æ": "ae", "ß": "ss", "ø": "o" };

/**
 * Returns `first.last` in small letters without the accents of Latin letters. Other characters than letters and digits become `-`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(madeName("Élodie", "De La Cour"), "elodie.de-la-cour");
 * ```
 */
export function madeName(first: string, last: string): string {
  return [first, last].map(plain).filter((part) => part !== "").join(".");
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[œæßø]/g, (letter) => LETTERS[letter]!)
    .normalize("NFD").replace(/(\p{Script=Latin})[\u0300-\u036f]+/gu, "$1").normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{Nd}]+/gu, "-").replace(/^-+|-+$/g, "");
}
