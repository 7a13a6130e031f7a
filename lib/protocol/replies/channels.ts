// The replies to requests about channels and their members.
import type { Done } from "./done.ts";

/** One channel. */
export interface ChannelRow {
  readonly name: string;
  readonly topic: string;
  /** The number of members who are online and not hidden. */
  readonly members: number;
  /** Whether only some roles and accounts may join. */
  readonly restricted: boolean;
  readonly closed?: true | undefined;
  readonly read_only?: true | undefined;
}

/** The replies by the type of their request. */
export interface ChannelReplies {
  readonly join: Done<"join", {
    readonly channel: string;
    readonly topic: string;
    readonly users: readonly string[];
  }>;
  readonly leave: Done<"leave", { readonly channel: string }>;
  readonly channels: {
    readonly type: "channels";
    readonly channels: readonly ChannelRow[];
    /** Whether channels are missing because they did not fit. */
    readonly more?: true | undefined;
  };
}
