// Requests of a lesson: the class, raised hands, the policy for private messages, reports and attendance.
import { z } from "zod";
import {
  expects,
  flag,
  messageId,
  optionalName,
  optionalTime,
  orMissing,
  reason,
} from "./fields.ts";

/** Who may write private messages: everybody, only with staff on one side, or only staff. */
export const PRIVATE_POLICIES = ["all", "staff", "none"] as const;

/** One of {@linkcode PRIVATE_POLICIES}. */
export type PrivatePolicy = typeof PRIVATE_POLICIES[number];

/** The maximum number of days of one `attendance`. */
export const ATTENDANCE_DAYS_MAX = 31;

/** The schemas of the requests. */
export const lessonSchemas = {
  classes: z.object({ type: z.literal("classes") }),
  class: z.object({ type: z.literal("class"), class: optionalName, after: optionalName }),
  hand: z.object({ type: z.literal("hand"), up: z.boolean(), user: optionalName, all: flag })
    .refine(({ up, user, all }) => !up || user === undefined && !all, {
      path: ["up"],
      ...expects("want_lowered"),
    })
    .refine(({ user, all }) => user === undefined || !all, {
      path: ["user"],
      ...expects("want_user_or_all"),
    }),
  hands: z.object({ type: z.literal("hands") }),
  policy: z.object({ type: z.literal("policy"), private: orMissing(z.enum(PRIVATE_POLICIES)) }),
  report: z.object({ type: z.literal("report"), id: messageId, reason }),
  attendance: z.object({
    type: z.literal("attendance"),
    class: optionalName,
    from: optionalTime,
    to: optionalTime,
    after: optionalName,
  }),
};
