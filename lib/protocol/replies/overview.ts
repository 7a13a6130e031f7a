// The replies about read marks and unread messages.
import type { ChannelRow } from "./channels.ts";
import type { Done } from "./done.ts";

/** The number of messages of others with a greater id than the mark. */
export interface Unread {
  readonly unread: number;
  /** Whether the count stopped early. Then at least `unread` messages exist. */
  readonly unread_more?: true | undefined;
}

/** The read mark of a user in a channel or a conversation. An id is 0 if there is no message. */
export interface Reading extends Unread {
  /** The last message that the user may read. */
  readonly last: number;
  /** The mark: the user has read all messages up to this id. */
  readonly seen: number;
}

/** A conversation with another user. */
export interface ConversationRow extends Reading {
  readonly with: string;
  /** When the last message was sent. */
  readonly last_at: string;
}

/** The mark of a channel or of a conversation. */
export type SeenMark =
  & ({ readonly channel: string } | { readonly with: string })
  & { readonly id: number }
  & Unread;

/** The line that tells the other connections of a user about a raised mark. */
export type SeenEvent = { readonly type: "seen" } & SeenMark;

/** The replies by the type of the request. */
export interface OverviewReplies {
  readonly overview: {
    readonly type: "overview";
    /** The channels that the user is in, the default channel first. */
    readonly channels: readonly (ChannelRow & Reading)[];
    /** The conversations, the newest first. Guests have none. */
    readonly conversations: readonly ConversationRow[];
    /** Whether older conversations exist, or channels that did not fit. */
    readonly more?: true | undefined;
  };
  readonly seen: Done<"seen", SeenMark>;
}
