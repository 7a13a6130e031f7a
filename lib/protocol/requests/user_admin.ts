// Requests of operators about accounts, over the admin socket only.
import { z } from "zod";
import { messageId, orMissing } from "./fields.ts";

/** The roles of accounts. */
export const ROLES = ["member", "moderator", "admin"] as const;

/** One of {@linkcode ROLES}. */
export type Role = typeof ROLES[number];

const subject = { user: z.string() };

/** The schemas of the requests. */
export const userAdminSchemas = {
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
  user_delete: z.object({ type: z.literal("user_delete"), ...subject }),
  user_erase: z.object({
    type: z.literal("user_erase"),
    ...subject,
    messages: orMissing(z.boolean()).transform((messages) => messages ?? false),
  }),
};
