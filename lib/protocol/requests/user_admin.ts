// Requests of operators and admins about accounts.
import { z } from "zod";
import { messageId, orMissing, whole } from "./fields.ts";

/** The default and the maximum number of accounts in one list. */
export const USER_LIST_LIMIT = { default: 200, max: 1_000 } as const;

/** The roles of accounts. */
export const ROLES = ["member", "moderator", "admin"] as const;

/** One of {@linkcode ROLES}. */
export type Role = typeof ROLES[number];

const subject = { user: z.string() };

/** The schemas of the requests that admins may make too. */
export const userAdminSchemas = {
  user_list: z.object({
    type: z.literal("user_list"),
    after: orMissing(z.string()),
    limit: orMissing(whole(1, USER_LIST_LIMIT.max))
      .transform((limit) => limit ?? USER_LIST_LIMIT.default),
  }),
  user_show: z.object({ type: z.literal("user_show"), ...subject }),
  user_add: z.object({
    type: z.literal("user_add"),
    ...subject,
    password: z.string(),
    role: orMissing(z.enum(ROLES)).transform((role) => role ?? "member"),
  }),
  user_sessions: z.object({ type: z.literal("user_sessions"), ...subject }),
  user_end_sessions: z.object({
    type: z.literal("user_end_sessions"),
    ...subject,
    id: orMissing(messageId),
  }),
  user_passwd: z.object({ type: z.literal("user_passwd"), ...subject, password: z.string() }),
  user_role: z.object({ type: z.literal("user_role"), ...subject, role: z.enum(ROLES) }),
  user_disable: z.object({ type: z.literal("user_disable"), ...subject }),
  user_enable: z.object({ type: z.literal("user_enable"), ...subject }),
};

/** The schemas of the requests that cannot be undone. Only operators make them. */
export const erasingSchemas = {
  user_delete: z.object({ type: z.literal("user_delete"), ...subject }),
  user_erase: z.object({
    type: z.literal("user_erase"),
    ...subject,
    messages: orMissing(z.boolean()).transform((messages) => messages ?? false),
  }),
};
