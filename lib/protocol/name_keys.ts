// The form in which names are compared. It has no tables, so that the page in the browser can load it too.
import { markPile } from "./characters.ts";

/** The maximum length of a user name, in characters (code points) after NFC. */
export const NAME_MAX = 64;

/**
 * The maximum length of a text that may be a name, in UTF-16 units. A client that sends letters and marks separately
 * needs up to four units per character; the key of a name has up to 18. Longer texts are not normalized, because that
 * takes time quadratic in the number of marks.
 */
export const NAME_UNITS_MAX = 18 * NAME_MAX;

// Accounts of version 0.2 may have more marks on a letter than MARKS_MAX, but no name is longer than this.
const NO_NAME = markPile(NAME_MAX);

/** Whether a text is too long to be normalized as a name. */
export function isTooLong(raw: string): boolean {
  return raw.length > NAME_UNITS_MAX || NO_NAME.test(raw);
}

// The compatibility form of a letter has up to 18 characters, so a long text is measured piece by piece first.
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
 * Returns the form in which names are compared. It is the same for names that differ only by case, by compatibility
 * form (NFKC), by the number of spaces between words, or by the encoding of an emoji.
 *
 * JavaScript has no case folding. Converting to upper case first handles the letters with a special upper case (ß, ſ,
 * ﬁ). Converting to lower case then gives the key, in which a final sigma becomes a normal sigma.
 *
 * The text may be any text of a client. A text that is too long to be a name gets a key that no name has, at no cost.
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
  if (name.length <= NAME_UNITS_MAX && PLAIN.test(name)) {
    return name.toLowerCase().replace(SPACES, " ");
  }
  if (isTooLong(name) || growsTooLong(name)) return `<${name.slice(0, NAME_UNITS_MAX)}`;
  let key = name;
  for (let pass = 0; pass < 4; pass++) {
    const next = key.normalize("NFKC").toUpperCase().toLowerCase().replaceAll("ς", "σ")
      .normalize("NFKC").replace(SPACES, " ").replace(EMOJI_JOINTS, "");
    if (next === key) break;
    key = next;
  }
  return key;
}

// ASCII and the letters of Western Europe except ß, which becomes two letters. Normalization leaves these as they are.
const PLAIN = /^[ -~À-ÖØ-Þà-öø-ÿ]*$/;
const SPACES = / {2,}/g;
const EMOJI_JOINTS = /[\uFE0F\u200D]/g;

/**
 * Returns the key of a name without accents. It is the same for names that differ only by accents and by what
 * {@linkcode nameKey} ignores. Marks that are part of other letters, as in Devanagari, remain.
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
