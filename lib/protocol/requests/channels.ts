// Requests about channels and who is in them.
import { z } from "zod";
import { channelName, optionalChannel } from "./fields.ts";

/** Their members. */
export const channelSchemas = {
  join: z.object({ type: z.literal("join"), channel: channelName }),
  leave: z.object({ type: z.literal("leave"), channel: optionalChannel }),
  channels: z.object({ type: z.literal("channels") }),
};
