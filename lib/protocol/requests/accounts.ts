// Requests to register an account and to log in.
import { z } from "zod";
import { flag } from "./fields.ts";

const credentials = { username: z.string(), password: z.string() };

/** The schemas of the requests. */
export const accountSchemas = {
  register: z.object({
    type: z.literal("register"),
    ...credentials,
    // Clients from before this member existed may send any value.
    invite: z.unknown().optional().transform((code) => typeof code === "string" ? code : undefined),
  }),
  login: z.object({ type: z.literal("login"), ...credentials, session: flag }),
};
