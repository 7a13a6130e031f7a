// All requests, family by family. The error `unknown_type` lists their types in this order.
import { accountSchemas } from "./accounts.ts";
import { channelAdminSchemas } from "./channel_admin.ts";
import { channelSchemas } from "./channels.ts";
import { helloSchemas } from "./hello.ts";
import { historySchemas } from "./history.ts";
import { lessonSchemas } from "./lesson.ts";
import { messageSchemas } from "./messages.ts";
import { moderationSchemas } from "./moderation.ts";
import { operatorSchemas } from "./operator.ts";
import { overviewSchemas } from "./overview.ts";
import { presenceSchemas } from "./presence.ts";
import { selfSchemas } from "./self.ts";
import { userAdminSchemas } from "./user_admin.ts";
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
};

/** The requests of operators, over the admin socket only. For other clients they do not exist. */
export const adminSchemas = { ...operatorSchemas, ...channelAdminSchemas, ...userAdminSchemas };

/** All requests. */
export const schemas = { ...chatSchemas, ...adminSchemas };

/** The schemas by the type of their request. */
export type Schemas = typeof schemas;

/** The types of requests, as the dispatcher knows them, with aliases resolved. */
export type RequestType = keyof Schemas;
