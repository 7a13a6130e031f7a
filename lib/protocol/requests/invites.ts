// The request of a client that holds the code of an invitation.
import { z } from "zod";

/** The schema of the request. */
export const inviteSchemas = {
  invite: z.object({ type: z.literal("invite"), code: z.string() }),
};
