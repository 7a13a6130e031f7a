// Requests about the client's own connection and account.
import { z } from "zod";
import { flag } from "./fields.ts";

/** The schemas of the requests. */
export const selfSchemas = {
  password: z.object({
    type: z.literal("password"),
    old: z.string(),
    new: z.string(),
    session: flag,
  }),
  whoami: z.object({ type: z.literal("whoami") }),
  ping: z.object({ type: z.literal("ping") }),
  logout: z.object({ type: z.literal("logout"), everywhere: flag }),
};
