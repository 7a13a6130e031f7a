// The replies to the requests of operators about channels.
import type { Role } from "../requests/user_admin.ts";
import type { Done } from "./done.ts";

/** The current settings of a channel. */
export interface ChannelSettings {
  readonly channel: string;
  readonly topic: string;
  readonly roles: readonly Role[];
  readonly accounts: readonly string[];
  readonly read_only: boolean;
  /** The names of the groups; of a group that does not exist, the key of its name. */
  readonly groups: readonly string[];
}

/** The replies by the type of their request. */
export interface ChannelAdminReplies {
  readonly channel_create: Done<"channel_create", ChannelSettings>;
  readonly channel_update: Done<"channel_update", ChannelSettings>;
  readonly channel_delete: Done<"channel_delete", { readonly channel: string }>;
}
