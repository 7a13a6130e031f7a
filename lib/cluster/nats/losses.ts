// What may be missing in a log, and which errors are bugs.
import { LogGone } from "../batch.ts";

/** Returns the error for a log that was deleted and created again. */
export function madeAnew(expected: string, got: string): LogGone {
  return new LogGone(
    `The log was made anew on the NATS servers (expected ${expected}, got ${got}). If another server has begun the ` +
      "cluster anew, start this one with an empty data directory.",
  );
}

/** Returns the error for a log that ends before what this node has read or appended. */
export function lostData(known: number, last: number): LogGone {
  return new LogGone(
    `The NATS servers have lost data: this node knows the log up to ${known}, but it ends at ${last}. Run ` +
      "`classcord cluster init` on the node with the newest data, and start the other nodes with empty data directories.",
  );
}

/** Whether an error is a bug of this program. Trying again does not help. */
export function isBug(error: unknown): boolean {
  return [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => error instanceof kind);
}
