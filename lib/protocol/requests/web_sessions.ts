// Requests about staying signed in: joining with a token, and listing and ending the tokens of an account.
import { z } from "zod";
import { messageId } from "./fields.ts";

/** The schemas of the requests. */
export const webSessionSchemas = {
  resume: z.object({ type: z.literal("resume"), token: z.string() }),
  sessions: z.object({ type: z.literal("sessions") }),
  end_session: z.object({ type: z.literal("end_session"), id: messageId }),
};
