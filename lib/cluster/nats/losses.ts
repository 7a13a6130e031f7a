// What is missing in a log, and when a node believes it.
import { LogGone } from "../batch.ts";

/**
 * A server that has just started or was just elected may not have all of its data for a while. After this time, a node
 * believes that the data is gone.
 */
const BELIEVED_MS = 15_000;

/** Something is missing that may appear again. */
export class NotYetThere extends Error {
  override readonly name = "NotYetThere";
}

/** Waits before a loss is believed. */
export class Doubt {
  readonly #now: () => number;
  #since: number | undefined;

  /** @param now The time in milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Returns the loss if it has lasted, and otherwise an error after which the caller tries again. */
  of(loss: LogGone): LogGone | NotYetThere {
    const now = this.#now();
    this.#since ??= now;
    return now - this.#since < BELIEVED_MS ? new NotYetThere(loss.message) : loss;
  }

  /** Nothing is missing any more. */
  clear(): void {
    this.#since = undefined;
  }
}

/** Returns the error for a log that was deleted and created again. */
export function madeAnew(expected: string, got: string): LogGone {
  return new LogGone(
    `The log was made anew on the NATS servers (expected ${expected}, got ${got}).`,
  );
}

/** Returns the error for a log that ends before what this node has read or appended. */
export function lostData(known: number, last: number): LogGone {
  return new LogGone(
    `The NATS servers have lost data: this node knows the log up to ${known}, but it ends at ${last}.`,
  );
}

/** Whether an error is a bug of this program. Trying again does not help. */
export function isBug(error: unknown): boolean {
  return [TypeError, ReferenceError, RangeError, SyntaxError].some((kind) => error instanceof kind);
}
