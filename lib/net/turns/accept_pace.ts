// Limits how long one turn of the event loop accepts connections.
//
// Deno accepts more than a hundred waiting connections in a row before it polls other sockets. Each costs about
// 100 µs, so clients that reconnect in a loop would delay all others.

/** Milliseconds of accepting in one turn. */
const BUDGET_MS = 3;

/** The parts that tests replace. */
export interface AcceptPaceOptions {
  readonly budgetMs?: number;
  /** A clock in milliseconds that never goes back. */
  readonly now?: () => number;
  /** Runs a function after the event loop has handled timers, accepts and reads. */
  readonly later?: (run: () => void) => void;
}

/** Decides when the next connection is accepted. Several listeners may share it. */
export class AcceptPace {
  readonly #budgetMs: number;
  readonly #now: () => number;
  readonly #later: (run: () => void) => void;
  /** When this turn began to accept; `undefined` if it has accepted nothing. */
  #began: number | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: AcceptPaceOptions = {}) {
    this.#budgetMs = options.budgetMs ?? BUDGET_MS;
    this.#now = options.now ?? (() => performance.now());
    this.#later = options.later ?? ((run) => setTimeout(run, 0));
  }

  /** Call this after each accepted connection. @returns A promise if the next one has to wait for the next turn. */
  next(): Promise<void> | undefined {
    const now = this.#now();
    if (this.#began === undefined) {
      this.#began = now;
      this.#later(this.#newTurn);
    }
    if (now - this.#began < this.#budgetMs) return undefined;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  readonly #newTurn = (): void => {
    this.#began = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const goOn of waiting) goOn();
  };
}
