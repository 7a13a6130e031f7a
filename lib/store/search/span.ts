// Spans of message ids, as words of the index. FTS5 checks a bound on ids only at a match. A search for a rare word
// would therefore read the whole index at once, and nothing could stop it. Each message has a word for the span it is
// in, so that a query with that word ends where the span ends.

/** The number of span lengths: 512 ids, then each eight times the one before. */
export const LEVELS = 4;

const SHORTEST = 512;
const FACTOR = 8;
// A word of one character needs the least space. Each level has its own characters, none of them letters that
// contents have. The characters repeat after a hundred million messages, which only costs time.
const FIRST_CHARACTER = 0x40000;
const CHARACTERS = 0x2ff00;

/** A span of ids. */
export interface Span {
  /** The index word of all messages in the span. */
  readonly word: string;
  /** The smallest id in the span. */
  readonly first: number;
}

/** Returns the span of a level, counted from 0, that has an id. */
export function spanOf(id: number, level: number): Span {
  const length = SHORTEST * FACTOR ** level;
  const number = Math.floor(id / length);
  const character = FIRST_CHARACTER + level * CHARACTERS + number % CHARACTERS;
  return { word: String.fromCodePoint(character), first: number * length };
}

/** Returns the words of all spans that have an id. */
export function spanWords(id: number): string {
  return Array.from({ length: LEVELS }, (_, level) => spanOf(id, level).word).join(" ");
}
