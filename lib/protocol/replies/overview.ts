// The replies about what the sender has read, and where there is more.
import type { ChannelRow } from "./channels.ts";
import type { Done } from "./done.ts";

/** Messages of others with a greater id than the mark. */
export interface Unread {
  readonly unread: number;
  /** Not all were counted: there are so many or more. */
  readonly unread_more?: true | undefined;
}

/** What somebody has read of a channel or a conversation. Ids are 0 where there is no message. */
export interface Reading extends Unread {
  /** The last message that the user may read. */
  readonly last: number;
  /** The mark: up to this message everything is read. */
  readonly seen: number;
}

/** A conversation with somebody. */
export interface ConversationRow extends Reading {
  readonly with: string;
  /** When the last message was sent. */
  readonly last_at: string;
}

/** A mark: of a channel or of a conversation. */
export type SeenMark =
  & ({ readonly channel: string } | { readonly with: string })
  & { readonly id: number }
  & Unread;

/** The line that tells other connections of a user of a mark. */
export type SeenEvent = { readonly type: "seen" } & SeenMark;

/** By the type of the request. */
export interface OverviewReplies {
  readonly overview: {
    readonly type: "overview";
    /** Those that the user is in; the default channel first. */
    readonly channels: readonly (ChannelRow & Reading)[];
    /** The newest first. Guests have none. */
    readonly conversations: readonly ConversationRow[];
    /** There are more conversations, older ones, or not all channels fit. */
    readonly more?: true | undefined;
  };
  readonly seen: Done<"seen", SeenMark>;
}
