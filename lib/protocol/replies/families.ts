// All replies, family by family: the reply to each request.
import type { RequestType } from "../requests/families.ts";
import type { AccountReplies } from "./accounts.ts";
import type { ChannelAdminReplies } from "./channel_admin.ts";
import type { ChannelReplies } from "./channels.ts";
import type { GroupReplies } from "./groups.ts";
import type { ClassReplies } from "./classes.ts";
import type { HelloReplies } from "./hello.ts";
import type { HistoryReplies } from "./history.ts";
import type { LessonReplies } from "./lesson.ts";
import type { InviteAdminReplies } from "./invite_admin.ts";
import type { InviteReplies } from "./invites.ts";
import type { MessageReplies } from "./messages.ts";
import type { ModerationReplies } from "./moderation.ts";
import type { OperatorReplies } from "./operator.ts";
import type { OverviewReplies } from "./overview.ts";
import type { PresenceReplies } from "./presence.ts";
import type { SelfReplies } from "./self.ts";
import type { UserAdminReplies } from "./user_admin.ts";
import type { WebSessionReplies } from "./web_sessions.ts";

/** All replies, by the type of their request. */
export interface Replies
  extends
    AccountReplies,
    MessageReplies,
    PresenceReplies,
    SelfReplies,
    ChannelReplies,
    HistoryReplies,
    ModerationReplies,
    HelloReplies,
    WebSessionReplies,
    OverviewReplies,
    LessonReplies,
    InviteReplies,
    OperatorReplies,
    ChannelAdminReplies,
    UserAdminReplies,
    GroupReplies,
    ClassReplies,
    InviteAdminReplies {}

/** The reply to a request of one type, as a client reads it. */
export type ReplyOf<T extends RequestType> = Replies[T] & { readonly ref?: string };

const OTHER_TYPES: Partial<Record<RequestType, string>> = {
  message: "ack",
  status: "ack",
  ping: "pong",
};

/** Returns the `type` of the reply to a request. With few exceptions it is that of the request. */
export function replyTypeOf(type: RequestType): string {
  return OTHER_TYPES[type] ?? type;
}
