// The requests every client knows, and those about one's own connection and account.
import { z } from "zod";
import { fits } from "../characters.ts";
import { expects, optionalChannel, storable } from "./fields.ts";

/** Longest state, in characters (code points). */
const STATE_MAX = 32;

const credentials = { username: z.string(), password: z.string() };

/** Their members. What the server overwrites is not looked at: `from` only names a guest. */
export const basicSchemas = {
  register: z.object({ type: z.literal("register"), ...credentials }),
  login: z.object({ type: z.literal("login"), ...credentials }),
  message: z.object({
    type: z.literal("message"),
    subtype: z.enum(["global", "private"]),
    from: z.unknown(),
    to: z.unknown(),
    channel: optionalChannel,
    // What is delivered must be what is stored.
    content: z.string().transform(storable),
  }),
  status: z.object({
    type: z.literal("status"),
    state: z.string()
      .refine((text) => fits(text, STATE_MAX), expects("want_text", { max: STATE_MAX }))
      .transform((text) => text.toWellFormed()),
  }),
  users: z.object({ type: z.literal("users"), channel: optionalChannel }),
  password: z.object({ type: z.literal("password"), old: z.string(), new: z.string() }),
  whoami: z.object({ type: z.literal("whoami") }),
  ping: z.object({ type: z.literal("ping") }),
  logout: z.object({ type: z.literal("logout") }),
};
