// Shares the time of the event loop between addresses, so that none of them makes the others wait.
import { setImmediate } from "node:timers";

/**
 * Milliseconds of work after which the rest waits for the next turn. A turn ends with the flush of the
 * message log, which the log bounds; both together stay near 10 ms.
 */
const BUDGET_MS = 6;

/** What the turns are made of; tests pass their own. */
export interface TurnOptions {
  /** Milliseconds of work in one turn. */
  readonly budgetMs?: number;
  /** Whether what was taken in has to be worked off before more is taken in. */
  readonly isFull?: () => boolean;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
  /** Runs something once all that could be read in this turn has been read. */
  readonly soon?: (run: () => void) => void;
  /** Runs something once timers, accepts and reads have had their chance. */
  readonly later?: (run: () => void) => void;
}

/**
 * Who works when. While the work of a turn is within its budget and nobody waits, work goes on at once and
 * costs a comparison. Beyond that it waits in a queue for each address. Addresses take turns, and within an
 * address the first comes first: an address with 200 busy connections delays the others no more than one
 * with a single connection.
 *
 * Connections ask {@linkcode free} before and between their lines. A handler that has much to do works in
 * steps of a few milliseconds and waits for {@linkcode next} between them:
 *
 * ```ts
 * const network = networkKey(session.peer.address);
 * while (!step()) await turns.next(network);
 * ```
 *
 * The world may have changed after each of these waits, and the connection may have ended.
 *
 * A turn ends with a timer, not with an immediate. While immediates follow each other, Deno looks at its
 * sockets in every 61st round only.
 */
export class Turns {
  readonly #budgetMs: number;
  readonly #isFull: () => boolean;
  readonly #now: () => number;
  readonly #soon: (run: () => void) => void;
  readonly #later: (run: () => void) => void;
  // Addresses in the order of their turns, each with what waits for it.
  readonly #waiting = new Map<string, (() => void)[]>();
  /** When the turn began; `undefined` between turns. */
  #began: number | undefined;

  constructor(options: TurnOptions = {}) {
    this.#budgetMs = options.budgetMs ?? BUDGET_MS;
    this.#isFull = options.isFull ?? (() => false);
    this.#now = options.now ?? (() => performance.now());
    this.#soon = options.soon ?? setImmediate;
    this.#later = options.later ?? ((run) => setTimeout(run, 0));
  }

  /**
   * Whether work may go on at once. If not, it is to wait for {@linkcode next}.
   *
   * @param now The time, in milliseconds of `performance.now()`.
   */
  free(now: number): boolean {
    if (this.#waiting.size > 0) return false;
    if (this.#began === undefined) {
      this.#begin(now);
      return true;
    }
    return now - this.#began < this.#budgetMs && !this.#isFull();
  }

  /**
   * Resolves when it is an address's turn. What follows at once should take a few milliseconds at most.
   *
   * @param network What the address counts under: `networkKey` of it.
   */
  next(network: string): Promise<void> {
    if (this.#began === undefined) this.#begin(this.#now());
    return new Promise((resolve) => {
      const queue = this.#waiting.get(network);
      if (queue === undefined) this.#waiting.set(network, [resolve]);
      else queue.push(resolve);
    });
  }

  #begin(now: number): void {
    this.#began = now;
    this.#soon(this.#goOn);
  }

  // Each piece of work ends before this runs again: what a promise resolves runs before the next immediate.
  readonly #goOn = (): void => {
    if (this.#waiting.size === 0) {
      this.#began = undefined;
    } else if (this.#now() - this.#began! >= this.#budgetMs) {
      this.#later(() => this.#begin(this.#now()));
    } else {
      // The flush that makes room again waits for an immediate as well.
      if (!this.#isFull()) this.#serveOne();
      this.#soon(this.#goOn);
    }
  };

  #serveOne(): void {
    for (const [network, queue] of this.#waiting) {
      const resolve = queue.shift()!;
      this.#waiting.delete(network);
      if (queue.length > 0) this.#waiting.set(network, queue);
      return resolve();
    }
  }
}
