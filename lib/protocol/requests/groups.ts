// Requests of operators and admins about groups of accounts.
import { z } from "zod";
import { checkName } from "../names.ts";
import { expects, groupName, orMissing } from "./fields.ts";

/** The maximum number of accounts that one request adds or removes. */
export const GROUP_USERS_MAX = 200;

const group = { group: groupName };
const page = { after: orMissing(z.string()) };

const names = z.array(z.string().refine((name) => checkName(name).ok)).min(1).max(GROUP_USERS_MAX);
const users = z.custom<readonly string[]>(
  (value) => names.safeParse(value).success,
  expects("want_users", { max: GROUP_USERS_MAX }),
);

/** The schemas of the requests. */
export const groupSchemas = {
  groups: z.object({ type: z.literal("groups"), ...page }),
  group_show: z.object({ type: z.literal("group_show"), ...group, ...page }),
  group_create: z.object({ type: z.literal("group_create"), ...group }),
  group_delete: z.object({ type: z.literal("group_delete"), ...group }),
  group_rename: z.object({ type: z.literal("group_rename"), ...group, name: groupName }),
  group_add: z.object({ type: z.literal("group_add"), ...group, users }),
  group_remove: z.object({ type: z.literal("group_remove"), ...group, users }),
};
