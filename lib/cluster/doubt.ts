// When a node believes that data of the log is missing: not before it has been missing for a while.
import type { LogGone } from "./batch.ts";

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
