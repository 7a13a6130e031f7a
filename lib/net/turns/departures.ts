// Begins the writes of many connections in slices, so that a line for thousands does not hold the event loop.
//
// Bytes are put into all outboxes at once, which keeps their order. Only the system calls wait: about 10 µs each.
import { setImmediate } from "node:timers";

/** Writes that are begun in one turn. */
const SLICE = 256;

/** An outbox, as far as its writes go. */
export interface Departing {
  /** It waits in the queue. */
  isQueued: boolean;
  /** Begins to write what waits, unless it does already. */
  depart(): void;
}

/** What departures are made of; tests pass their own. */
export interface DepartureOptions {
  readonly slice?: number;
  /** Runs something at the end of this round of the event loop. */
  readonly soon?: (run: () => void) => void;
  /** Runs something after timers, accepts and reads have had their chance. */
  readonly later?: (run: () => void) => void;
}

/** Decides which outbox writes when. */
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
   * Begins a write now, or in a later turn where this one has begun enough. What is answered in that later turn
   * does not wait behind the queue.
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
