// Requests about channels and their members.
import { z } from "zod";
import { channelName, optionalChannel } from "./fields.ts";

/** The schemas of the requests. */
export const channelSchemas = {
  join: z.object({ type: z.literal("join"), channel: channelName }),
  leave: z.object({ type: z.literal("leave"), channel: optionalChannel }),
  channels: z.object({ type: z.literal("channels") }),
};
