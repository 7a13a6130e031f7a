// The message, to a channel or to one user.
import { z } from "zod";
import { optionalChannel, storable } from "./fields.ts";

/** Its members. The server overwrites most of them: `from` only names a guest. */
export const messageSchemas = {
  message: z.object({
    type: z.literal("message"),
    subtype: z.enum(["global", "private"]),
    from: z.unknown(),
    to: z.unknown(),
    channel: optionalChannel,
    // What is delivered must be what is stored.
    content: z.string().transform(storable),
  }),
};
