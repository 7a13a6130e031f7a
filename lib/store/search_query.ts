// What people type into a search, as an expression of FTS5: words, never its syntax.

/** Words beyond these are left out; people type fewer. */
const MOST_WORDS = 16;
const MOST_CHARACTERS = 512;
// A shorter beginning would have the index visited whole.
const SHORTEST_PREFIX = 2;

// What FTS5 makes words of. Punctuation parts them, and none of it reaches FTS5.
const PART = /[\p{L}\p{N}\p{Co}\p{M}]+/gu;
const HAS_LETTER = /[\p{L}\p{N}\p{Co}]/u;

/**
 * The expression that finds messages with all words of a query; `aujourd'hui` is one word of two parts
 * that follow each other. The last word may be the beginning of one, unless a space ends it.
 *
 * @returns The expression, or `undefined` where there is no word in the query.
 */
export function matchExpression(query: string): string | undefined {
  const text = query.slice(0, MOST_CHARACTERS);
  const words = text.split(/\s+/u)
    .map((word) => (word.match(PART) ?? []).filter((part) => HAS_LETTER.test(part)))
    .filter((parts) => parts.length > 0)
    .slice(0, MOST_WORDS);
  if (words.length === 0) return undefined;
  const phrases = words.map((parts) => `"${parts.join(" ")}"`);
  const last = words.at(-1)!.at(-1)!;
  const prefix = !/\s$/u.test(text) && [...last].length >= SHORTEST_PREFIX ? "*" : "";
  return phrases.join(" AND ") + prefix;
}

/** The word of the index that stands for a channel. */
export function channelWord(name: string): string {
  return `c${new TextEncoder().encode(name).toHex()}`;
}

/** The word of the index that stands for an account's private messages. */
export function accountWord(id: number): string {
  return `a${id}`;
}
