// The form in which names are compared. It has no tables, so that the page in the browser can load it too.
import { markPile } from "./characters.ts";

/** Longest name of a user, in characters (code points) after NFC. */
export const NAME_MAX = 64;

/**
 * Longest text that is looked at as a name, in UTF-16 units. A client that sends letters and marks apart
 * needs four units for a character; the key of a name has up to 18. Nothing longer is ever normalized:
 * that takes time quadratic in the number of marks.
 */
export const NAME_UNITS_MAX = 18 * NAME_MAX;

// Accounts of version 0.2 may have more marks on a letter than MARKS_MAX, but no name is longer than this.
const NO_NAME = markPile(NAME_MAX);

/** Whether a text is too long to be normalized as a name. */
export function isTooLong(raw: string): boolean {
  return raw.length > NAME_UNITS_MAX || NO_NAME.test(raw);
}

// Some letters have a compatibility form of eighteen: a long text is measured piece by piece first.
function growsTooLong(name: string): boolean {
  let units = 0;
  for (let at = 0; name.length > PIECE && at < name.length; at += PIECE) {
    units += name.slice(at, at + PIECE).normalize("NFKC").length;
    if (units > NAME_UNITS_MAX) return true;
  }
  return false;
}

const PIECE = 64;

/**
 * The form in which two names are compared: equal for names that differ only by case, by
 * compatibility form (NFKC), by the number of spaces between two words or by how an emoji is written.
 *
 * JavaScript has no case folding. Upper-casing first takes in the letters with a special upper case
 * (ß, ſ, ﬁ), lower-casing gives the key, and a final sigma is a sigma.
 *
 * It may be given any text of a client. One that is too long to be a name gets a key that no name has, and
 * costs nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(nameKey("Élodie"), nameKey("ÉLODIE"));
 * assert.equal(nameKey("straße"), nameKey("STRASSE"));
 * ```
 */
export function nameKey(name: string): string {
  if (isTooLong(name) || growsTooLong(name)) return `<${name.slice(0, NAME_UNITS_MAX)}`;
  let key = name;
  for (let pass = 0; pass < 4; pass++) {
    const next = key.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ")
      .normalize("NFKC").replace(/ {2,}/g, " ").replace(EMOJI_JOINTS, "");
    if (next === key) break;
    key = next;
  }
  return key;
}

const EMOJI_JOINTS = /[\uFE0F\u200D]/g;

/**
 * The key of a name without its accents: equal for names that differ by accents, and by what
 * {@linkcode nameKey} leaves out. Marks that spell other letters, as in Devanagari, stay.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 *
 * assert.equal(accentlessKey("#Général"), accentlessKey("#general"));
 * ```
 */
export function accentlessKey(name: string): string {
  return nameKey(name).normalize("NFD").replace(ACCENTS, "");
}

const ACCENTS = /[\u0300-\u036F]/g;
