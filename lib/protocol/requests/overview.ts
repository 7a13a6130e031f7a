// Requests about read marks and unread messages.
import { z } from "zod";
import { expects, messageId, optionalChannel, optionalName } from "./fields.ts";

/** The schemas of the requests. */
export const overviewSchemas = {
  overview: z.object({ type: z.literal("overview") }),
  seen: z.object({
    type: z.literal("seen"),
    channel: optionalChannel,
    with: optionalName,
    id: messageId,
  }).refine((request) => (request.channel === undefined) !== (request.with === undefined), {
    path: ["channel"],
    ...expects("want_alone"),
  }),
};
