// Shares the time of the event loop between addresses, so that none of them makes the others wait.
import { setImmediate } from "node:timers";

/**
 * Milliseconds of work after which the rest waits for the next turn. A turn ends with the flush of the
 * message log, which the log bounds; both together stay near 10 ms.
 */
const BUDGET_MS = 6;

/** Work that waits. */
interface Waiting {
  readonly begin: () => void;
  /** It goes on after `begin` has returned, before the next immediate. */
  readonly isStep: boolean;
}

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
 * Connections ask {@linkcode free} before and between their lines, and {@linkcode run} the rest in their turn. A
 * handler that has much to do works in steps of a few milliseconds and waits for {@linkcode next} between them:
 *
 * ```ts
 * const network = networkKey(session.peer.address);
 * while (!step()) await turns.next(network);
 * ```
 *
 * The world may have changed after each of these waits, and the connection may have ended.
 *
 * A turn ends with a look at the sockets, not with an immediate: see {@linkcode Poll}.
 */
export class Turns {
  readonly #budgetMs: number;
  readonly #isFull: () => boolean;
  readonly #now: () => number;
  readonly #soon: (run: () => void) => void;
  readonly #later: (run: () => void) => void;
  // Addresses in the order of their turns, each with what waits for it.
  readonly #waiting = new Map<string, Waiting[]>();
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
   * Whether work may go on at once. If not, it is to {@linkcode run} in turn.
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
    return new Promise((resolve) => this.#add(network, { begin: resolve, isStep: true }));
  }

  /**
   * Does some work when it is an address's turn.
   *
   * @param work A few milliseconds of it; what comes after an `await` in it is not counted.
   * @returns What it returns.
   */
  run<T>(network: string, work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#add(network, {
        begin() {
          try {
            resolve(work());
          } catch (error) {
            reject(error);
          }
        },
        isStep: false,
      });
    });
  }

  #add(network: string, waiting: Waiting): void {
    if (this.#began === undefined) this.#begin(this.#now());
    const queue = this.#waiting.get(network);
    if (queue === undefined) this.#waiting.set(network, [waiting]);
    else queue.push(waiting);
  }

  #begin(now: number): void {
    this.#began = now;
    this.#soon(this.#goOn);
  }

  readonly #goOn = (): void => {
    if (this.#waiting.size === 0) {
      this.#began = undefined;
    } else if (this.#isOver()) {
      this.#later(() => this.#begin(this.#now()));
    } else {
      this.#serve();
      // The log is flushed by then, and what a step resolved has run.
      this.#soon(this.#goOn);
    }
  };

  #isOver(): boolean {
    return this.#now() - this.#began! >= this.#budgetMs;
  }

  // As much as the turn allows, so that the log stores and delivers it together.
  #serve(): void {
    while (this.#waiting.size > 0 && !this.#isFull()) {
      const { begin, isStep } = this.#take();
      begin();
      if (isStep || this.#isOver()) return;
    }
  }

  #take(): Waiting {
    const [network, queue] = this.#waiting.entries().next().value!;
    const first = queue.shift()!;
    this.#waiting.delete(network);
    if (queue.length > 0) this.#waiting.set(network, queue);
    return first;
  }
}
