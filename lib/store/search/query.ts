// What people type into a search, as an expression of FTS5: words, never its syntax.
import { type Word, wordsOf } from "./words.ts";

/** Words beyond these are left out, the parts of `a.b.c` counted one by one: each costs time. */
const MOST_WORDS = 16;
const MOST_CHARACTERS = 512;
// A shorter beginning would have the index visited whole.
const SHORTEST_PREFIX = 2;

/** Words that follow each other. */
export interface Phrase {
  readonly words: readonly string[];
  /** Whether the last word may be the beginning of one. */
  readonly prefix: boolean;
}

/**
 * The phrases that a message must contain to be found by a query: one for each word between spaces;
 * `aujourd'hui` is two words that follow each other. The last word may be the beginning of one, unless a
 * space ends it.
 */
export function phrasesOf(query: string): Phrase[] {
  const text = query.slice(0, MOST_CHARACTERS);
  const chunks = text.split(/\s+/u).map((chunk) => [...wordsOf(chunk)])
    .filter((words) => words.length > 0);
  const open = !/\s$/u.test(text);
  const phrases = new Map<string, Phrase>();
  let room = MOST_WORDS;
  for (const [index, words] of chunks.entries()) {
    if (room === 0) break;
    const phrase = phraseOf(words, { most: room, open: open && index === chunks.length - 1 });
    room -= phrase.words.length;
    phrases.set(expressionOf(phrase), phrase);
  }
  return [...phrases.values()];
}

/** The expression of FTS5 that finds what has all of some phrases. */
export function matchExpression(phrases: readonly Phrase[]): string {
  return phrases.map(expressionOf).join(" AND ");
}

/** The index word of a channel. */
export function channelWord(name: string): string {
  return `c${new TextEncoder().encode(name).toHex()}`;
}

/** The index word of an account's private messages. */
export function accountWord(id: number): string {
  return `a${id}`;
}

function phraseOf(
  words: readonly Word[],
  { most, open }: { most: number; open: boolean },
): Phrase {
  const last = words.at(-1)!;
  // The pair before the last character contains it, and the message may go on behind it.
  const closed = last.kind === "last" && words.at(-2)?.kind === "pair";
  const needed = closed ? words.slice(0, -1) : words;
  const kept = needed.slice(0, most).map(({ text }) => text);
  if (kept.length < needed.length) return { words: kept, prefix: false };
  const end = needed.at(-1)!;
  const prefix = end.kind === "last" ||
    open && end.kind === "word" && [...end.text].length >= SHORTEST_PREFIX;
  return { words: kept, prefix };
}

function expressionOf({ words, prefix }: Phrase): string {
  return `"${words.join(" ")}"${prefix ? "*" : ""}`;
}
