// Who may read what, as a search needs it.
import { accountWord, channelWord } from "./query.ts";

/** What somebody may search, and which part of the results is wanted. */
export interface SearchScope {
  /** Channels by name; only messages with an id greater than the mark. */
  readonly channels: readonly { readonly name: string; readonly mark: number }[];
  /** Whose private messages as well, if anybody's. */
  readonly accountId: number | null;
  /** How many messages at most. */
  readonly limit: number;
  /** Only smaller ids. */
  readonly before?: number;
}

/** A part of a scope that is searched by itself. */
export interface Part {
  /** Words of the index, one of which a message must have. */
  readonly words: string[];
  /** Only greater ids. */
  readonly mark: number;
}

/**
 * The parts of a scope. What has no mark is searched at once; a channel with a mark by itself, so that what
 * lies before the mark is never visited.
 */
export function partsOf({ channels, accountId }: SearchScope): Part[] {
  const open = channels.filter(({ mark }) => mark <= 0).map(({ name }) => channelWord(name));
  if (accountId !== null) open.push(accountWord(accountId));
  const marked = channels.filter(({ mark }) => mark > 0)
    .map(({ name, mark }) => ({ words: [channelWord(name)], mark }));
  return open.length === 0 ? marked : [{ words: open, mark: 0 }, ...marked];
}
