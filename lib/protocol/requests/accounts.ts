// Requests to make an account and to log in.
import { z } from "zod";

const credentials = { username: z.string(), password: z.string() };

/** Their members. */
export const accountSchemas = {
  register: z.object({ type: z.literal("register"), ...credentials }),
  login: z.object({ type: z.literal("login"), ...credentials }),
};
