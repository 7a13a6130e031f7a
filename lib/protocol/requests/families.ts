// All requests, family by family. The error `unknown_type` lists their types in this order.
import { accountSchemas } from "./accounts.ts";
import { channelAdminSchemas } from "./channel_admin.ts";
import { channelSchemas } from "./channels.ts";
import { groupSchemas } from "./groups.ts";
import { classSchemas } from "./classes.ts";
import { helloSchemas } from "./hello.ts";
import { historySchemas } from "./history.ts";
import { lessonSchemas } from "./lesson.ts";
import { inviteAdminSchemas } from "./invite_admin.ts";
import { inviteSchemas } from "./invites.ts";
import { messageSchemas } from "./messages.ts";
import { moderationSchemas } from "./moderation.ts";
import { operatorSchemas } from "./operator.ts";
import { overviewSchemas } from "./overview.ts";
import { presenceSchemas } from "./presence.ts";
import { selfSchemas } from "./self.ts";
import { erasingSchemas, userAdminSchemas } from "./user_admin.ts";
import { webSessionSchemas } from "./web_sessions.ts";

/** The requests of chat clients. */
export const chatSchemas = {
  ...accountSchemas,
  ...messageSchemas,
  ...presenceSchemas,
  ...selfSchemas,
  ...channelSchemas,
  ...historySchemas,
  ...moderationSchemas,
  ...helloSchemas,
  ...webSessionSchemas,
  ...overviewSchemas,
  ...lessonSchemas,
  ...inviteSchemas,
};

/** The requests that only operators make, over the admin socket. For other clients they do not exist. */
const operatorOnlySchemas = { ...operatorSchemas, ...channelAdminSchemas, ...erasingSchemas };

/** The requests that operators make, and admins over TLS. For other clients they do not exist. */
export const managementSchemas = {
  ...userAdminSchemas,
  ...groupSchemas,
  ...classSchemas,
  ...inviteAdminSchemas,
};

/** The requests that are not for everyone. */
export const adminSchemas = { ...operatorOnlySchemas, ...managementSchemas };

/** All requests. */
export const schemas = { ...chatSchemas, ...adminSchemas };

/** The schemas by the type of their request. */
export type Schemas = typeof schemas;

/** The types of requests, as the dispatcher knows them, with aliases resolved. */
export type RequestType = keyof Schemas;
