// Requests of moderators.
import { z } from "zod";
import { DURATION_MAX } from "../duration.ts";
import {
  channelName,
  expects,
  messageId,
  note,
  optionalChannel,
  optionalText,
  orMissing,
  reason,
  storable,
  whole,
} from "./fields.ts";

/** The default number of seconds of a `mute`. */
export const MUTE_SECONDS = 600;

const subject = { user: optionalText, address: optionalText };

/** The schemas of the requests. */
export const moderationSchemas = {
  kick: z.object({
    type: z.literal("kick"),
    user: z.string(),
    channel: optionalChannel,
    reason,
  }),
  mute: z.object({
    type: z.literal("mute"),
    user: z.string(),
    seconds: seconds(MUTE_SECONDS),
    reason,
  }),
  unmute: z.object({ type: z.literal("unmute"), user: z.string(), reason }),
  ban: onlyOne(z.object({ type: z.literal("ban"), ...subject, seconds: seconds(0), reason })),
  unban: onlyOne(z.object({ type: z.literal("unban"), ...subject, reason })),
  bans: z.object({ type: z.literal("bans") }),
  delete: z.object({ type: z.literal("delete"), id: messageId, reason }),
  topic: z.object({ type: z.literal("topic"), channel: channelName, topic: note }),
  announce: z.object({
    type: z.literal("announce"),
    content: z.string().transform(storable).refine(
      (text) => text.trim() !== "",
      expects("want_some_text"),
    ),
  }),
  close_channel: z.object({ type: z.literal("close_channel"), channel: channelName, reason }),
  open_channel: z.object({ type: z.literal("open_channel"), channel: channelName, reason }),
};

function seconds(absent: number) {
  return orMissing(whole(0, DURATION_MAX)).transform((n) => n ?? absent);
}

function onlyOne<T extends z.ZodType<{ user?: string | undefined; address?: string | undefined }>>(
  schema: T,
) {
  return schema.refine(({ user, address }) => (user === undefined) !== (address === undefined), {
    path: ["user"],
    ...expects("want_either"),
  });
}
