// Runs waiting work, one piece in each turn of the event loop. The networks take turns.
import { setImmediate } from "node:timers";

/** Runs a function in a later turn of the event loop. */
export type Later = (run: () => void) => void;

/** The waiting work and its order. */
export class Turnstile {
  readonly #later: Later;
  // The networks in the order of their turns, each with its waiting work.
  readonly #waiting = new Map<string, (() => void)[]>();
  #turning = false;

  /**
   * @param later Ends a turn. While one immediate follows another, the event loop rarely polls its sockets, so the
   * server passes `Poll.after`.
   */
  constructor(later: Later = setImmediate) {
    this.#later = later;
  }

  /** Resolves when it is the turn of this piece. No other piece runs in the same turn of the event loop. */
  pass(network: string): Promise<void> {
    return new Promise((resolve) => {
      const queue = this.#waiting.get(network);
      if (queue === undefined) this.#waiting.set(network, [resolve]);
      else queue.push(resolve);
      if (this.#turning) return;
      this.#turning = true;
      this.#later(this.#turn);
    });
  }

  readonly #turn = (): void => {
    for (const [network, queue] of this.#waiting) {
      const next = queue.shift()!;
      this.#waiting.delete(network);
      if (queue.length > 0) this.#waiting.set(network, queue);
      next();
      break;
    }
    this.#turning = this.#waiting.size > 0;
    if (this.#turning) this.#later(this.#turn);
  };
}
