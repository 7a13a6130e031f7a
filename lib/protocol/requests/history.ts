// Requests for stored messages.
import { z } from "zod";
import { fits } from "../characters.ts";
import { expects, messageId, optionalChannel, optionalName, orMissing, whole } from "./fields.ts";

/** The maximum number of messages of a `history` reply, and the default of `limit`. */
export const HISTORY_LIMIT = { max: 200, default: 50 };
/** The maximum number of messages of a `search` reply, and the default of `limit`. */
export const SEARCH_LIMIT = { max: 50, default: 20 };
/** The maximum length of a query, in characters (code points). */
const QUERY_MAX = 200;

/** The schemas of the requests. */
export const historySchemas = {
  history: z.object({
    type: z.literal("history"),
    channel: optionalChannel,
    with: optionalName,
    limit: limit(HISTORY_LIMIT),
    before: orMissing(messageId),
    after: orMissing(whole(0, Number.MAX_SAFE_INTEGER)),
    around: orMissing(messageId),
  }).refine((request) => request.channel === undefined || request.with === undefined, {
    path: ["with"],
    ...expects("want_alone"),
  }).refine(
    ({ around, before, after }) =>
      around === undefined || before === undefined && after === undefined,
    { path: ["around"], ...expects("want_around") },
  ),
  search: z.object({
    type: z.literal("search"),
    query: z.string()
      .transform((text) => text.toWellFormed().replaceAll("\0", " ").trim())
      .refine(
        (text) => text !== "" && fits(text, QUERY_MAX),
        expects("want_words", { max: QUERY_MAX }),
      ),
    channel: optionalChannel,
    limit: limit(SEARCH_LIMIT),
    before: orMissing(messageId),
  }),
};

function limit(range: { max: number; default: number }) {
  return orMissing(whole(1, range.max)).transform((n) => n ?? range.default);
}
