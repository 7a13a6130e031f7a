// Requests of operators about channels, over the admin socket only.
import { z } from "zod";
import { checkName } from "../names.ts";
import { channelName, groupNames, listOf, note, orMissing, reason } from "./fields.ts";
import { ROLES } from "./user_admin.ts";

const settings = {
  channel: channelName,
  topic: orMissing(note),
  roles: orMissing(listOf(z.enum(ROLES), "want_roles", { list: ROLES.join(", ") })),
  accounts: orMissing(
    listOf(z.string().refine((name) => checkName(name).ok), "want_accounts"),
  ),
  groups: orMissing(groupNames),
  read_only: orMissing(z.boolean()),
};

/** The schemas of the requests. */
export const channelAdminSchemas = {
  channel_create: z.object({ type: z.literal("channel_create"), ...settings }),
  channel_update: z.object({ type: z.literal("channel_update"), ...settings }),
  channel_delete: z.object({ type: z.literal("channel_delete"), channel: channelName, reason }),
};
