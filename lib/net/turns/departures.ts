// Begins the writes of many connections in slices, so that a line for thousands does not hold the event loop.
//
// Bytes are put into all outboxes at once, which keeps their order. Only the system calls wait: about 10 µs each.
import { setImmediate } from "node:timers";

/** Writes that are begun in one turn. */
const SLICE = 256;
/** Turns in a row in which outboxes write again, before the sockets are looked at. */
const ROW = 4;

/** An outbox, as far as its writes go. */
export interface Departing {
  /** It waits in the queue. */
  isQueued: boolean;
  /** The turn in which it last began to write; set by {@linkcode Departures}. */
  departedIn: number;
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
  #turn = 0;
  /** Something was written in this turn, so its end will come. */
  #isOpen = false;
  // Those that have written in this turn and have more.
  #again: Departing[] = [];
  /** Turns since the sockets were looked at. */
  #row = 0;

  constructor(options: DepartureOptions = {}) {
    this.#slice = options.slice ?? SLICE;
    this.#soon = options.soon ?? setImmediate;
    this.#later = options.later ?? ((run) => setTimeout(run, 0));
  }

  /**
   * Begins a write now, or in a later turn where this one has begun enough. What is answered in that later turn
   * does not wait behind the queue. An outbox writes once in a turn: what it has more is joined in the next.
   */
  begin(outbox: Departing): void {
    if (outbox.departedIn === this.#turn) {
      if (!outbox.isQueued) this.#again.push(outbox);
      outbox.isQueued = true;
    } else if (this.#begun < this.#slice) {
      this.#begun++;
      this.#depart(outbox);
    } else if (!outbox.isQueued) {
      outbox.isQueued = true;
      if (this.#queue.push(outbox) === 1) this.#later(this.#drain);
    }
  }

  #depart(outbox: Departing): void {
    outbox.departedIn = this.#turn;
    if (!this.#isOpen) this.#soon(this.#newTurn);
    this.#isOpen = true;
    outbox.depart();
  }

  readonly #newTurn = (): void => {
    this.#isOpen = false;
    this.#turn++;
    this.#begun = 0;
    if (this.#again.length === 0) {
      this.#row = 0;
    } else if (++this.#row < ROW) {
      this.#beginAgain();
    } else {
      // Immediates that follow each other keep the event loop from its sockets.
      this.#row = 0;
      this.#later(this.#beginAgain);
    }
  };

  readonly #beginAgain = (): void => {
    const again = this.#again;
    this.#again = [];
    for (const outbox of again) {
      outbox.isQueued = false;
      this.begin(outbox);
    }
  };

  readonly #drain = (): void => {
    const slice = this.#queue.slice(0, this.#slice);
    this.#queue = this.#queue.slice(this.#slice);
    for (const outbox of slice) {
      outbox.isQueued = false;
      this.#depart(outbox);
    }
    if (this.#queue.length > 0) this.#later(this.#drain);
  };
}
