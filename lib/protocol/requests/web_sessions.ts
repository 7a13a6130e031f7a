// Requests about staying signed in: coming back with a token, and the tokens of an account.
import { z } from "zod";
import { messageId } from "./fields.ts";

/** Their members. */
export const webSessionSchemas = {
  resume: z.object({ type: z.literal("resume"), token: z.string() }),
  sessions: z.object({ type: z.literal("sessions") }),
  end_session: z.object({ type: z.literal("end_session"), id: messageId }),
};
