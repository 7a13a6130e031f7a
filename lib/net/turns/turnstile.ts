// Admits work one piece at a time, one in each turn of the event loop, with turns between networks.
import { setImmediate } from "node:timers";

/** Runs something in a later turn of the event loop. */
export type Later = (run: () => void) => void;

/** Owns the order in which waiting work goes on. */
export class Turnstile {
  readonly #later: Later;
  // Networks in the order of their turns, each with what waits for it.
  readonly #waiting = new Map<string, (() => void)[]>();
  #turning = false;

  /**
   * @param later Ends a turn. Immediates that follow each other keep the event loop from its sockets, so a server
   * passes `Poll.after`.
   */
  constructor(later: Later = setImmediate) {
    this.#later = later;
  }

  /** Resolves when it is this piece's turn. What follows it at once has this turn of the loop to itself. */
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
