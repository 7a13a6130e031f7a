// Spans of message ids, as words of the index. FTS5 looks at a bound on ids only where it has found a match, so
// that a search for what is rare would go through the whole index at once, and nothing could stop it. Each
// message has a word for the span it is in: a query that asks for that word ends with the span.

/** How many lengths of spans there are: 512 ids, and each eight times the one before. */
export const LEVELS = 4;

const SHORTEST = 512;
const FACTOR = 8;
// A word of one character takes the least room. Each level has characters of its own, none of them letters
// that contents have; they are used again after a hundred million messages, where that costs only time.
const FIRST_CHARACTER = 0x40000;
const CHARACTERS = 0x2ff00;

/** A span of ids. */
export interface Span {
  /** The word of the index that all messages in it have. */
  readonly word: string;
  /** The smallest id in it. */
  readonly first: number;
}

/** The span of a level, from 0 on, that an id is in. */
export function spanOf(id: number, level: number): Span {
  const length = SHORTEST * FACTOR ** level;
  const number = Math.floor(id / length);
  const character = FIRST_CHARACTER + level * CHARACTERS + number % CHARACTERS;
  return { word: String.fromCodePoint(character), first: number * length };
}

/** The words of all spans that an id is in. */
export function spanWords(id: number): string {
  return Array.from({ length: LEVELS }, (_, level) => spanOf(id, level).word).join(" ");
}
