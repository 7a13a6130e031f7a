// The replies about channels and who is in them.
import type { Done } from "./done.ts";

/** One channel. */
export interface ChannelRow {
  readonly name: string;
  readonly topic: string;
  /** Members that are online and not hidden. */
  readonly members: number;
  /** Whether only some roles and accounts are admitted. */
  readonly restricted: boolean;
  readonly closed?: true | undefined;
  readonly read_only?: true | undefined;
}

/** By the type of the request. */
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
    /** Not all channels fit. */
    readonly more?: true | undefined;
  };
}
