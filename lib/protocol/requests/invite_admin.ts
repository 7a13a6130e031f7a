// Requests of operators, and of admins over TLS, about invitations and times of open registration.
import { z } from "zod";
import { parseDuration } from "../duration.ts";
import { expects, flag, optionalChannel, optionalText, orMissing, whole } from "./fields.ts";

/** The maximum number of uses of an invitation. */
export const INVITE_USES_MAX = 1_000;
/** The default time until an invitation expires, in seconds. */
export const INVITE_SECONDS = 3_600;
/** The default time of open registration, in seconds. */
export const REGISTRATION_SECONDS = 1_800;
/** The maximum of both times, in seconds: 90 days. */
export const INVITE_SECONDS_MAX = 90 * 86_400;

const id = whole(1, Number.MAX_SAFE_INTEGER);

/** The schemas of the requests. */
export const inviteAdminSchemas = {
  invite_create: z.object({
    type: z.literal("invite_create"),
    uses: orMissing(whole(1, INVITE_USES_MAX)).transform((uses) => uses ?? 1),
    expires: duration(INVITE_SECONDS),
    channel: optionalChannel,
    register: flag,
  }),
  invites: z.object({ type: z.literal("invites"), id: orMissing(id) }),
  invite_revoke: z.object({ type: z.literal("invite_revoke"), id }),
  registration_open: z.object({
    type: z.literal("registration_open"),
    for: duration(REGISTRATION_SECONDS),
    network: optionalText,
  }),
  registration_close: z.object({ type: z.literal("registration_close"), network: optionalText }),
  registration: z.object({ type: z.literal("registration") }),
};

/** A duration: seconds, or a text such as `1h`. */
function duration(absent: number) {
  const value = z.unknown().optional().transform((value, context) => {
    if (value === undefined || value === null) return absent;
    const seconds = typeof value === "string" ? parseDuration(value) : value;
    if (Number.isInteger(seconds) && isInRange(seconds as number)) return seconds as number;
    context.addIssue({
      code: "custom",
      ...expects("want_duration", { max: INVITE_SECONDS_MAX / 86_400 }),
    });
    return z.NEVER;
  });
  return value as z.ZodType<number, number | string | undefined>;
}

function isInRange(seconds: number): boolean {
  return seconds >= 1 && seconds <= INVITE_SECONDS_MAX;
}
