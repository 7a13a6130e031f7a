// Requests about what was said before.
import { z } from "zod";
import { fits } from "../characters.ts";
import { expects, messageId, optionalChannel, optionalName, orMissing, whole } from "./fields.ts";

/** Most messages of one `history` reply, and how many without `limit`. */
const HISTORY_LIMIT = { max: 200, default: 50 };
/** Most messages of one `search` reply, and how many without `limit`. */
const SEARCH_LIMIT = { max: 50, default: 20 };
/** Longest query, in characters (code points). */
const QUERY_MAX = 200;

/** Their members. */
export const historySchemas = {
  history: z.object({
    type: z.literal("history"),
    channel: optionalChannel,
    with: optionalName,
    limit: limit(HISTORY_LIMIT),
    before: orMissing(messageId),
    after: orMissing(whole(0, Number.MAX_SAFE_INTEGER)),
  }).refine((request) => request.channel === undefined || request.with === undefined, {
    path: ["with"],
    ...expects("want_alone"),
  }),
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
