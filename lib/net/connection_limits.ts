// The bounds of one connection.
import type { ByteLimits } from "./turns/read_pace.ts";

/** Bounds of one connection; 0 means none. */
export interface ConnectionLimits extends Partial<ByteLimits> {
  /** Longest line in bytes. */
  readonly lineBytes: number;
  /** Most bytes that may wait to be written. */
  readonly outboxBytes: number;
}
