// Creates the snippet that shows why a message matched, with the matching words between « and ».
import type { Phrase } from "./query.ts";
import { type Word, wordsOf } from "./words.ts";

/** The maximum number of words in a snippet. */
const WORDS = 16;
/** The maximum length of a snippet in UTF-16 units. A single word may be as long as a message. */
const CHARACTERS = 400;
// The maximum number of characters before the first match.
const LEAD = 100;

/** A matching part of the text. Offsets are in UTF-16 units. */
interface Match {
  readonly phrase: number;
  /** The index of its first word. */
  readonly word: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the first part of a content among those that have the most phrases.
 *
 * @example
 * ```ts
 * snippetOf("un café ?", phrasesOf("cafe")); // "un «café» ?"
 * ```
 */
export function snippetOf(content: string, phrases: readonly Phrase[]): string {
  const words = [...wordsOf(content)];
  const matches = matchesIn(words, phrases);
  const first = bestWindow(matches, words.length);
  const last = Math.min(words.length, first + WORDS) - 1;
  let from = first === 0 ? 0 : words[first]!.start;
  let to = last >= words.length - 1 ? content.length : words[last]!.end;
  const shown = matches.filter(({ start }) => start >= from && start < to);
  if (to - from > CHARACTERS) {
    from = Math.max(from, (shown[0]?.start ?? from) - LEAD);
    to = Math.min(to, from + CHARACTERS);
  }
  const marked = mark(content, { from, to, matches: shown });
  return `${from > 0 ? "…" : ""}${marked}${to < content.length ? "…" : ""}`;
}

function matchesIn(words: readonly Word[], phrases: readonly Phrase[]): Match[] {
  const matches: Match[] = [];
  for (const [word, { start }] of words.entries()) {
    for (const [phrase, each] of phrases.entries()) {
      const end = endOfMatch(words, word, each);
      if (end !== undefined) matches.push({ phrase, word, start, end });
    }
  }
  return matches;
}

/** Returns the end of the match that begins at a word; `undefined` if the phrase does not match there. */
function endOfMatch(
  words: readonly Word[],
  first: number,
  { words: wanted, prefix }: Phrase,
): number | undefined {
  const lastIndex = wanted.length - 1;
  for (const [i, text] of wanted.entries()) {
    const word = words[first + i];
    if (word === undefined) return undefined;
    const same = prefix && i === lastIndex ? word.text.startsWith(text) : word.text === text;
    if (!same) return undefined;
  }
  const last = words[first + lastIndex]!;
  // Only the first character of the pair was searched for. The next pair begins after that character.
  const half = prefix && last.kind === "pair" && last.text !== wanted[lastIndex];
  return half ? words[first + lastIndex + 1]!.start : last.end;
}

/** Returns the first word of the part that has the most phrases. */
function bestWindow(matches: readonly Match[], words: number): number {
  let best = 0;
  let most = 0;
  let next = 0;
  const inside = new Map<number, number>();
  for (const [i, { word }] of matches.entries()) {
    for (; next < matches.length && matches[next]!.word < word + WORDS; next++) {
      const { phrase } = matches[next]!;
      inside.set(phrase, (inside.get(phrase) ?? 0) + 1);
    }
    if (inside.size > most) {
      most = inside.size;
      best = word;
    }
    const { phrase } = matches[i]!;
    const left = inside.get(phrase)! - 1;
    if (left === 0) inside.delete(phrase);
    else inside.set(phrase, left);
  }
  // Centre the match if there is text around it.
  const last = matches.findLast(({ word }) => word < best + WORDS)?.word ?? best;
  const middle = best - Math.floor((WORDS - 1 - (last - best)) / 2);
  return Math.max(0, Math.min(middle, words - WORDS));
}

function mark(
  content: string,
  { from, to, matches }: { from: number; to: number; matches: readonly Match[] },
): string {
  let text = "";
  let at = from;
  for (let i = 0; i < matches.length; i++) {
    const { start } = matches[i]!;
    let { end } = matches[i]!;
    // Overlapping matches are marked as one.
    while (i + 1 < matches.length && matches[i + 1]!.start < end) {
      end = Math.max(end, matches[++i]!.end);
    }
    const stop = Math.min(end, to);
    text += `${content.slice(at, start)}«${content.slice(start, stop)}»`;
    at = stop;
    if (end >= to) break;
  }
  return (text + content.slice(at, to)).toWellFormed();
}
