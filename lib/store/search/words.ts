// Splits text into the words that it is found by, folded so that case, accents and ligatures do not matter.

/** A word of a text. Offsets are in UTF-16 units. */
export interface Word {
  /** The folded form: letters and digits only. */
  readonly text: string;
  /** Where it begins in the original text. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
  /**
   * A whole word; or, in scripts that are written without spaces, two neighbouring characters; or the last
   * character of such a run.
   */
  readonly kind: "word" | "pair" | "last";
}

/** Changes when the same text would give other words: the index is built anew then. */
export const WORDS_VERSION = 1;

/** Longest word that is told apart, in UTF-16 units: of longer ones the beginning counts. */
const LONGEST = 64;

// What may be part of a word: letters, digits, marks, private use; and what is invisible inside a word.
const RAW_WORD = /[\p{L}\p{N}\p{M}\p{Co}\u00ad\u200c\u200d\u2060\ufeff]+/gu;
const ASCII = /^[A-Za-z0-9]+$/;
const FOLDED_WORD = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{M}\p{Co}]*/gu;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u0640]/gu;

// Normalization takes quadratic time for marks in a row. No language stacks as many.
const MANY_MARKS = /(\p{M}{8})\p{M}+/gu;
// The voicing marks make other letters of Japanese syllables; vowel signs of Indic scripts are letters.
const ACCENT =
  /[[[\p{Mn}\p{Me}]&&[\p{sc=Zinh}\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}]]--[\u3099\u309a]]/gv;

// Letters that people type as others, and that Unicode does not decompose.
const LETTERS: Readonly<Record<string, string>> = {
  "æ": "ae",
  "œ": "oe",
  "ø": "o",
  "ł": "l",
  "đ": "d",
  "ð": "d",
  "þ": "th",
  "ħ": "h",
  "ŧ": "t",
  "ŋ": "n",
  "ı": "i",
  "ȷ": "j",
  "ĸ": "k",
  "ƀ": "b",
  "ɓ": "b",
  "ƈ": "c",
  "ȼ": "c",
  "ɖ": "d",
  "ɗ": "d",
  "ɇ": "e",
  "ƒ": "f",
  "ǥ": "g",
  "ɠ": "g",
  "ɨ": "i",
  "ɉ": "j",
  "ƙ": "k",
  "ƚ": "l",
  "ɫ": "l",
  "ƞ": "n",
  "ɲ": "n",
  "ɵ": "o",
  "ƥ": "p",
  "ɍ": "r",
  "ȿ": "s",
  "ƫ": "t",
  "ƭ": "t",
  "ⱦ": "t",
  "ʉ": "u",
  "ʋ": "v",
  "ⱳ": "w",
  "ƴ": "y",
  "ɏ": "y",
  "ƶ": "z",
  "ȥ": "z",
  "ⱥ": "a",
  "ς": "σ",
};
const LETTER = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

// Scripts that are written without spaces between words, or with particles joined to them.
const UNSPACED =
  /[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}]]/v;
const RUN = new RegExp(`(${UNSPACED.source}+)|(?:(?!${UNSPACED.source})[^])+`, "gv");
const CLUSTER = /\P{M}?\p{M}*/gu;

/**
 * The words of a text, in order.
 *
 * Text of scripts without spaces gives a word for each pair of neighbouring characters, and one for the last
 * character, so that any part of it can be found.
 *
 * @example
 * ```ts
 * [...wordsOf("Cœur d’Øyvind")].map(({ text }) => text); // ["coeur", "d", "oyvind"]
 * ```
 */
export function* wordsOf(text: string): Generator<Word> {
  for (const match of text.matchAll(RAW_WORD)) {
    const [raw] = match;
    const start = match.index;
    if (ASCII.test(raw)) {
      yield { text: cut(raw.toLowerCase()), start, end: start + raw.length, kind: "word" };
    } else {
      yield* foldedWords(raw, start);
    }
  }
}

/** A word folded, without regard to where words end. */
export function fold(raw: string): string {
  return raw.replace(MANY_MARKS, "$1").normalize("NFKD").replace(INVISIBLE, "").replace(ACCENT, "")
    .toLowerCase().toUpperCase().toLowerCase().normalize("NFKD").replace(ACCENT, "")
    .replace(LETTER, (letter) => LETTERS[letter]!).normalize("NFC");
}

function* foldedWords(raw: string, start: number): Generator<Word> {
  const folded = fold(raw);
  const end = start + raw.length;
  if (!UNSPACED.test(folded)) {
    for (const [word] of folded.matchAll(FOLDED_WORD)) {
      yield { text: cut(word), start, end, kind: "word" };
    }
    return;
  }
  const places = placesOf(raw, folded);
  const placed = (from: number, to: number) => ({
    start: start + (places?.[from]?.start ?? 0),
    end: start + (places?.[to - 1]?.end ?? raw.length),
  });
  for (const { 0: word, index: first } of folded.matchAll(FOLDED_WORD)) {
    for (const { 0: run, 1: unspaced, index } of word.matchAll(RUN)) {
      let at = first + index;
      if (unspaced === undefined) {
        yield { text: cut(run), ...placed(at, at + run.length), kind: "word" };
        continue;
      }
      const characters = [...run];
      for (const [i, character] of characters.entries()) {
        const next = characters[i + 1];
        const pair = character + (next ?? "");
        const kind = next === undefined ? "last" : "pair";
        yield { text: pair, ...placed(at, at + pair.length), kind };
        at += character.length;
      }
    }
  }
}

/** From where in `raw` each unit of `folded` comes; `undefined` where that cannot be told. */
function placesOf(raw: string, folded: string): { start: number; end: number }[] | undefined {
  const places: { start: number; end: number }[] = [];
  let joined = "";
  for (const { 0: cluster, index: start } of raw.matchAll(CLUSTER)) {
    const part = fold(cluster);
    joined += part;
    for (let i = 0; i < part.length; i++) places.push({ start, end: start + cluster.length });
  }
  return joined === folded ? places : undefined;
}

function cut(word: string): string {
  return word.length <= LONGEST ? word : word.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, "");
}
