// Splits text into searchable words, folded so that case, accents and ligatures do not matter.

/** A word of a text. Offsets are in UTF-16 units. */
export interface Word {
  /** The folded form: letters and digits only. */
  readonly text: string;
  /** Where it begins in the original text. */
  readonly start: number;
  /** Where it ends in the original text. */
  readonly end: number;
  /**
   * A whole word; or, in scripts that are written without spaces, a pair of neighbouring characters or the last
   * character of a run.
   */
  readonly kind: "word" | "pair" | "last";
}

/** Increase this when the same text gives other words. The index is then rebuilt. */
export const WORDS_VERSION = 1;

/** The maximum length of a word in UTF-16 units. Of a longer word, only the beginning is indexed. */
const LONGEST = 64;

// The characters of a word: letters, digits, marks, private use, and characters that are invisible inside a word.
const RAW_WORD = /[\p{L}\p{N}\p{M}\p{Co}\u00ad\u200c\u200d\u2060\ufeff]+/gu;
const ASCII = /^[A-Za-z0-9]+$/;
const FOLDED_WORD = /[\p{L}\p{N}\p{Co}][\p{L}\p{N}\p{M}\p{Co}]*/gu;
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u0640]/gu;

// Normalization takes quadratic time for a row of marks. No language stacks as many as this.
const MANY_MARKS = /(\p{M}{8})\p{M}+/gu;
// Not the voicing marks, which make other letters of Japanese syllables, nor the vowel signs of Indic scripts, which
// are letters.
const ACCENT =
  /[[[\p{Mn}\p{Me}]&&[\p{sc=Zinh}\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hebr}\p{sc=Arab}\p{sc=Syrc}]]--[\u3099\u309a]]/gv;

// Letters that people type as other letters, and that Unicode does not decompose.
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

// Scripts without spaces between words, or with particles joined to words.
const UNSPACED =
  /[[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{M}]]/v;
const RUN = new RegExp(`(${UNSPACED.source}+)|(?:(?!${UNSPACED.source})[^])+`, "gv");
const CLUSTER = /\P{M}?\p{M}*/gu;

/**
 * Splits a text into words, in order.
 *
 * In scripts without spaces, each pair of neighbouring characters is a word, and so is the last character. Any part
 * of such a text can therefore be found.
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

/** Folds a word. It does not split the word. */
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

/** Returns the place in `raw` of each unit of `folded`; `undefined` if it cannot be determined. */
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
