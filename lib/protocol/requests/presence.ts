// Requests about the users who are online, and their states.
import { z } from "zod";
import { fits } from "../characters.ts";
import { expects, optionalChannel, optionalName } from "./fields.ts";

/** The maximum length of a state, in characters (code points). */
const STATE_MAX = 32;

/** The schemas of the requests. */
export const presenceSchemas = {
  status: z.object({
    type: z.literal("status"),
    // The server knows whose state it is. Only old clients send this member, which identifies them.
    user: z.unknown().optional(),
    state: z.string()
      .refine((text) => fits(text, STATE_MAX), expects("want_text", { max: STATE_MAX }))
      .transform((text) => text.toWellFormed()),
  }),
  users: z.object({ type: z.literal("users"), channel: optionalChannel }),
  people: z.object({ type: z.literal("people"), channel: optionalChannel, after: optionalName }),
};
