// The replies to the requests of moderators.
import type { Done } from "./done.ts";

/** The subject of a ban: a name, or an address or a range of addresses. */
export type Subject =
  | { readonly user: string; readonly address?: undefined }
  | { readonly address: string; readonly user?: undefined };

/** One ban. */
export type BanRow = Subject & {
  /** May be empty. */
  readonly reason: string;
  readonly by: string;
  readonly since: string;
  /** Missing if the ban has no end. */
  readonly until?: string | undefined;
};

/** The replies by the type of their request. */
export interface ModerationReplies {
  readonly kick: Done<"kick", {
    readonly user: string;
    /** The channel that the user was removed from; missing if the user was disconnected. */
    readonly channel?: string | undefined;
  }>;
  readonly mute: Done<"mute", { readonly user: string; readonly seconds: number }>;
  readonly unmute: Done<"unmute", { readonly user: string }>;
  readonly ban: Done<
    "ban",
    Subject & {
      readonly seconds: number;
      /** The address from which the banned user was connected. */
      readonly from?: string | undefined;
    }
  >;
  readonly unban: Done<"unban", Subject>;
  readonly bans: {
    readonly type: "bans";
    /** Oldest first. */
    readonly bans: readonly BanRow[];
    /** Whether the oldest bans are missing because they did not fit. */
    readonly more?: true | undefined;
  };
  readonly delete: Done<"delete", { readonly id: number }>;
  readonly topic: Done<"topic", { readonly channel: string; readonly topic: string }>;
  readonly announce: Done<"announce">;
  readonly close_channel: Done<"close_channel", { readonly channel: string }>;
  readonly open_channel: Done<"open_channel", { readonly channel: string }>;
}
