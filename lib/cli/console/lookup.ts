// Looks up words from outside in a table. It ignores the members that every object inherits.

/** Returns the entry for a word, if any. */
export function lookup<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
