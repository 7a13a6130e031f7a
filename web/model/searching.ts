// Searches messages.
import type { AskedSearch } from "./asked.ts";
import { channelKey, userKey } from "./keys.ts";
import type { Failure, Hit, Search } from "./state.ts";
import { ask, change, isJoined, type Step } from "./step.ts";
import { itemOf, type Line, placeOf, rowsOf, textOf } from "./wire.ts";

const LIMIT = 30;

/** The maximum length of a search text that the server accepts, in UTF-16 units. */
const QUERY_MAX = 200;

/** Searches all rooms, or one channel. */
export function startSearch(step: Step, text: string, channel: string | undefined): void {
  const query = text.trim().slice(0, QUERY_MAX);
  const now = step.app.search;
  if (query === "" || (now?.query === query && now.channel === channel && now.state !== "failed")) {
    return;
  }
  const search: Search = {
    query,
    channel,
    state: "busy",
    hits: [],
    more: false,
    complete: true,
    failure: undefined,
  };
  change(step, { search });
  request(step, search);
}

/** Requests older hits. */
export function searchMore(step: Step): void {
  const { search } = step.app;
  if (search === undefined || search.state === "busy" || !search.more) return;
  change(step, { search: { ...search, state: "busy" } });
  request(step, search);
}

function request(step: Step, { query, channel, hits }: Search): void {
  const before = hits.at(-1)?.item.id;
  if (!isJoined(step)) {
    return fail(step, { code: "offline_page", reason: undefined, text: "", retryAt: undefined });
  }
  ask(step, { for: "search", query, channel, before }, {
    type: "search",
    query,
    limit: LIMIT,
    ...(channel === undefined ? {} : { channel }),
    ...(before === undefined ? {} : { before }),
  });
}

/** Applies a page of hits, unless the search was replaced meanwhile. */
export function applySearch(step: Step, asked: AskedSearch, line: Line): void {
  const { search, me } = step.app;
  if (search?.state !== "busy" || !isFor(search, asked)) return;
  const hits = rowsOf(line.messages).flatMap((row): Hit[] => {
    const item = itemOf(row, me);
    const roomName = placeOf(row, me);
    if (item === undefined || roomName === undefined) return [];
    const room = roomName.startsWith("#") ? channelKey(roomName) : userKey(roomName);
    return [{ item, room, roomName, snippet: textOf(row.snippet) }];
  });
  change(step, {
    search: {
      ...search,
      state: "done",
      hits: [...search.hits, ...hits],
      more: line.more === true && hits.length > 0,
      complete: line.complete !== false,
    },
  });
}

/** Records that the search failed. */
export function failSearch(step: Step, asked: Place, failure: Failure): void {
  const { search } = step.app;
  if (search !== undefined && isFor(search, asked)) fail(step, failure);
}

/** What tells one search from another. */
type Place = Pick<AskedSearch, "query" | "channel">;

function isFor({ query, channel }: Search, asked: Place): boolean {
  return query === asked.query && channel === asked.channel;
}

function fail(step: Step, failure: Failure): void {
  const { search } = step.app;
  if (search !== undefined) change(step, { search: { ...search, state: "failed", failure } });
}
