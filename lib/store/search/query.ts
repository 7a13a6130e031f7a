// Converts a user's search to an FTS5 expression. The user types words, never the syntax of FTS5.
import { type Word, wordsOf } from "./words.ts";

/** The maximum number of words; each costs time. Further words are ignored. Each part of `a.b.c` counts. */
const MOST_WORDS = 16;
const MOST_CHARACTERS = 512;
// A shorter prefix would read the whole index.
const SHORTEST_PREFIX = 2;

/** Consecutive words. */
export interface Phrase {
  readonly words: readonly string[];
  /** Whether the last word is a prefix. */
  readonly prefix: boolean;
}

/**
 * Returns the phrases that a message must contain to match a query. Each word between spaces is a phrase:
 * `aujourd'hui` is a phrase of two words. The last word is a prefix, unless a space follows it.
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

/** Returns the FTS5 expression that matches messages with all of the phrases. */
export function matchExpression(phrases: readonly Phrase[]): string {
  return phrases.map(expressionOf).join(" AND ");
}

/** Returns the index word of a channel. */
export function channelWord(name: string): string {
  return `c${new TextEncoder().encode(name).toHex()}`;
}

/** Returns the index word of an account's private messages. */
export function accountWord(id: number): string {
  return `a${id}`;
}

function phraseOf(
  words: readonly Word[],
  { most, open }: { most: number; open: boolean },
): Phrase {
  const last = words.at(-1)!;
  // The last pair has the last character already, and the message may continue after it.
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
