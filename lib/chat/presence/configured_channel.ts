// A channel as the configuration describes it.
import type { Channel } from "../../store/channels.ts";

/** A channel of the configuration. */
export interface ConfiguredChannel {
  readonly name: string;
  readonly topic?: string;
  readonly roles: Channel["roles"];
  /** Names of accounts. */
  readonly accounts: readonly string[];
  /** Names of groups. */
  readonly groups?: readonly string[];
  readonly readOnly: boolean;
}
