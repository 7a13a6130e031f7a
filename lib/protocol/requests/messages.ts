// The request that sends a message to a channel or to one user.
import { z } from "zod";
import { optionalChannel, storable } from "./fields.ts";

/** The schema of the request. The server overwrites most members; `from` only names a guest. */
export const messageSchemas = {
  message: z.object({
    type: z.literal("message"),
    subtype: z.enum(["global", "private"]),
    from: z.unknown(),
    to: z.unknown(),
    channel: optionalChannel,
    // Recipients must receive exactly what is stored.
    content: z.string().transform(storable),
  }),
};
