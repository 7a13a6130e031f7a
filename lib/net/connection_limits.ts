// The limits of one connection.
import type { ByteLimits } from "./turns/read_pace.ts";

/** The limits of one connection; 0 means no limit. */
export interface ConnectionLimits extends Partial<ByteLimits> {
  /** The maximum length of a line in bytes. */
  readonly lineBytes: number;
  /** The maximum number of bytes that may wait to be written. */
  readonly outboxBytes: number;
}
