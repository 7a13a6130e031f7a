// Shares the time of the event loop between addresses, so that no address makes the others wait.
import { setImmediate } from "node:timers";

/**
 * Milliseconds of work in one turn. More work waits for the next turn. A turn ends with the flush of the message log,
 * whose length the log limits. Work and flush together take about 10 ms.
 */
const BUDGET_MS = 6;

/** A piece of work that waits. */
interface Waiting {
  readonly begin: () => void;
  /** Whether the work goes on after `begin` has returned, until the next immediate. */
  readonly isStep: boolean;
}

/** The parts of the turns. Tests replace them. */
export interface TurnOptions {
  /** Milliseconds of work in one turn. */
  readonly budgetMs?: number;
  /** Whether the message log or the turn's output is full. Then no work begins until it has been flushed. */
  readonly isFull?: () => boolean;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
  /** Runs a function once the event loop has read all that can be read in this turn. */
  readonly soon?: (run: () => void) => void;
  /** Runs a function after the event loop has handled timers, accepts and reads. */
  readonly later?: (run: () => void) => void;
}

/**
 * Decides when each connection works. While the turn is within its budget and no work waits, work goes on at once;
 * that costs one comparison. Otherwise, work waits in a queue for each address. The addresses take turns, and each
 * queue is first in, first out. An address with 200 busy connections therefore delays the others no more than an
 * address with one.
 *
 * Connections check {@linkcode free} before and between their lines, and {@linkcode run} the remaining lines in their
 * turn. A handler with much work does it in steps of a few milliseconds and awaits {@linkcode next} between them:
 *
 * ```ts
 * const network = networkKey(session.peer.address);
 * while (!step()) await turns.next(network);
 * ```
 *
 * Other code runs during each of these waits. Check again afterwards whether the connection is still open.
 *
 * A turn ends when the event loop polls its sockets, not with an immediate: see {@linkcode Poll}.
 */
export class Turns {
  readonly #budgetMs: number;
  readonly #isFull: () => boolean;
  readonly #now: () => number;
  readonly #soon: (run: () => void) => void;
  readonly #later: (run: () => void) => void;
  // The addresses in the order of their turns, each with its waiting work.
  readonly #waiting = new Map<string, Waiting[]>();
  /** When the current turn began; `undefined` between turns. */
  #began: number | undefined;

  constructor(options: TurnOptions = {}) {
    this.#budgetMs = options.budgetMs ?? BUDGET_MS;
    this.#isFull = options.isFull ?? (() => false);
    this.#now = options.now ?? (() => performance.now());
    this.#soon = options.soon ?? setImmediate;
    this.#later = options.later ?? ((run) => setTimeout(run, 0));
  }

  /**
   * Whether work may go on at once. If not, the caller must {@linkcode run} it in turn.
   *
   * @param now The current time, in milliseconds of `performance.now()`.
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
   * Resolves when it is the turn of an address. The step that follows should take a few milliseconds at most.
   *
   * @param network The network that the address counts under, as `networkKey` returns it.
   */
  next(network: string): Promise<void> {
    return new Promise((resolve) => this.#add(network, { begin: resolve, isStep: true }));
  }

  /**
   * Does some work when it is the turn of an address.
   *
   * @param network The network that the address counts under, as `networkKey` returns it.
   * @param work Should take a few milliseconds at most. The time after an `await` in it is not counted.
   * @returns The result of the work.
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
      // By then, the log has been flushed and the resolved step has run.
      this.#soon(this.#goOn);
    }
  };

  #isOver(): boolean {
    return this.#now() - this.#began! >= this.#budgetMs;
  }

  // Does as much work as the turn allows, so that the log stores and delivers its messages together.
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
