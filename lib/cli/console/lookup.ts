// Looks words up that come from elsewhere: no word is taken for a member that every object has.

/** What a table has for a word, if anything. */
export function lookup<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
