// Begins the writes of many connections in slices, so that a line for thousands does not hold the event loop.
//
// The bytes enter all outboxes at once, which keeps their order. Only the system calls wait. Each takes about 10 µs.
import { setImmediate } from "node:timers";

/** Number of writes that begin in one turn. With the 6 ms of work before them, they keep a turn within about 10 ms. */
const SLICE = 384;

/** The part of an outbox that departures use. */
export interface Departing {
  /** Whether the outbox waits in the queue of departures. */
  isQueued: boolean;
  /** Begins to write the waiting data, unless a write is in flight. */
  depart(): void;
}

/** The parts that tests replace. */
export interface DepartureOptions {
  readonly slice?: number;
  /** Runs a function at the end of this round of the event loop. */
  readonly soon?: (run: () => void) => void;
  /** Runs a function after the event loop has handled timers, accepts and reads. */
  readonly later?: (run: () => void) => void;
}

/** Decides when each outbox writes. */
export class Departures {
  readonly #slice: number;
  readonly #soon: (run: () => void) => void;
  readonly #later: (run: () => void) => void;
  #queue: Departing[] = [];
  #begun = 0;

  constructor(options: DepartureOptions = {}) {
    this.#slice = options.slice ?? SLICE;
    this.#soon = options.soon ?? setImmediate;
    this.#later = options.later ?? ((run) => setTimeout(run, 0));
  }

  /**
   * Begins a write now, or in a later turn if this turn has already begun a full slice. The replies of a later turn
   * do not wait behind the queue.
   */
  begin(outbox: Departing): void {
    if (this.#begun < this.#slice) {
      if (this.#begun++ === 0) this.#soon(this.#newTurn);
      outbox.depart();
    } else if (!outbox.isQueued) {
      outbox.isQueued = true;
      if (this.#queue.push(outbox) === 1) this.#later(this.#drain);
    }
  }

  readonly #newTurn = (): void => {
    this.#begun = 0;
  };

  readonly #drain = (): void => {
    const slice = this.#queue.slice(0, this.#slice);
    this.#queue = this.#queue.slice(this.#slice);
    for (const outbox of slice) {
      outbox.isQueued = false;
      outbox.depart();
    }
    if (this.#queue.length > 0) this.#later(this.#drain);
  };
}
