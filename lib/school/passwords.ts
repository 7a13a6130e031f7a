// Makes passwords that can be read aloud and typed: syllables and two digits, at least 43 bits of chance.

// Letters and digits that look alike in print, such as l and 1, are missing. An o has only letters beside it.
const CONSONANTS = "bcdfghjkmnprstvz";
const VOWELS = "aeiou";
const DIGITS = "23456789";
const BLOCKS = 3;

/** The fewest bits of a password: 6 syllables of log2(16 × 5) bits, and 2 digits of 3. */
export const PASSWORD_BITS = Math.floor(
  2 * BLOCKS * Math.log2(CONSONANTS.length * VOWELS.length) + 2 * Math.log2(DIGITS.length),
);

// Syllables that no pupil should find on a slip, in French and English. A password with one of them is made again.
const RUDE =
  /bite|caca|cocu|conas|cucu|fuki|kaka|nazi|negr|nigu|pede|pedo|pine|pipi|puta|pute|puti|rape|sapu|suce|suka|sute|teta|tete|zizi|zobi/;

/** Fills an array with random bytes from a secure source, as `crypto.getRandomValues` does. */
export type RandomBytes = (bytes: Uint8Array<ArrayBuffer>) => Uint8Array;

/**
 * Makes a password such as `tari-bode-muka-47`.
 *
 * @param min The number of characters that a password must have at least. Usually the form has more.
 * @param random Tests pass their own source.
 */
export function makePassword(
  min = 0,
  random: RandomBytes = (bytes) => crypto.getRandomValues(bytes),
): string {
  for (;;) {
    const blocks: string[] = [];
    // Each block adds four letters and a hyphen.
    const count = Math.max(BLOCKS, Math.ceil((min - 2) / 5));
    while (blocks.length < count) blocks.push(syllable(random) + syllable(random));
    const digits = pick(DIGITS, random) + pick(DIGITS, random);
    if (!RUDE.test(blocks.join(""))) return [...blocks, digits].join("-");
  }
}

function syllable(random: RandomBytes): string {
  return pick(CONSONANTS, random) + pick(VOWELS, random);
}

// Each letter is equally likely: a byte beyond the last whole multiple of the number of letters is thrown away.
function pick(letters: string, random: RandomBytes): string {
  const limit = 256 - 256 % letters.length;
  for (;;) {
    const [byte = 0] = random(new Uint8Array(1));
    if (byte < limit) return letters[byte % letters.length]!;
  }
}
