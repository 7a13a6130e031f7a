// Describes which messages a user may read, for a search.
import { accountWord, channelWord } from "./query.ts";

/** What a user may search, and which part of the results to return. */
export interface SearchScope {
  /** The names of channels. Only messages with an id greater than the mark match. */
  readonly channels: readonly { readonly name: string; readonly mark: number }[];
  /** The account whose private messages match too, or `null`. */
  readonly accountId: number | null;
  /** The maximum number of messages. */
  readonly limit: number;
  /** Only smaller ids. */
  readonly before?: number;
}

/** A part of a scope that is searched separately. */
export interface Part {
  /** Words of the index. A message must have at least one of them. */
  readonly words: string[];
  /** Only greater ids. */
  readonly mark: number;
}

/**
 * Splits a scope into parts. Everything without a mark is one part. Each channel with a mark is a part of its own, so
 * that the search does not read messages before the mark.
 */
export function partsOf({ channels, accountId }: SearchScope): Part[] {
  const open = channels.filter(({ mark }) => mark <= 0).map(({ name }) => channelWord(name));
  if (accountId !== null) open.push(accountWord(accountId));
  const marked = channels.filter(({ mark }) => mark > 0)
    .map(({ name, mark }) => ({ words: [channelWord(name)], mark }));
  return open.length === 0 ? marked : [{ words: open, mark: 0 }, ...marked];
}
