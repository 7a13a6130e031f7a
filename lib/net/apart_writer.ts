// Writes lines to one connection so far apart that its client reads each by itself. Clients E and H show only the
// last line of what arrives in one read.
import type { Peer } from "./peer.ts";

/** Milliseconds between two writes. The clients are promised 100; timers may be a little early. */
export const APART_MS = 120;

// So few other lines are written one by one as well. More are written together, so that they do not fall behind.
const OTHERS_APART = 5;

/** Timers. */
export interface Timers {
  /** Runs something after some milliseconds. @returns A function that calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** Bytes that wait, and who wants to know that they are written. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly written: (() => void) | undefined;
}

/** The writes of one connection. Between two lines that are written alone, others may be written. */
export class ApartWriter {
  readonly #peer: Peer;
  readonly #timers: Timers;
  readonly #alone: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #othersAreNext = true;
  #cancel: (() => void) | undefined;

  constructor(peer: Peer, timers: Timers) {
    this.#peer = peer;
    this.#timers = timers;
  }

  /** Queues lines that may be written together with others. See {@linkcode Peer.send}. */
  put(bytes: Uint8Array, written?: () => void): void {
    if (this.#cancel === undefined) return this.#peer.send(bytes, written);
    this.#others.push({ bytes, written });
  }

  /** Queues one line that is written alone, a while after what was written before. */
  putAlone(bytes: Uint8Array, written?: () => void): void {
    this.#alone.push({ bytes, written });
    if (this.#cancel === undefined) this.#pause();
  }

  /** Forgets the lines to be written alone. @returns Whether there were any. */
  forgetAlone(): boolean {
    return this.#alone.splice(0).length > 0;
  }

  /** Writes the other lines now, and forgets those to be written alone: the connection is about to end. */
  release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.forgetAlone();
    for (const { bytes, written } of this.#others.splice(0)) this.#peer.send(bytes, written);
  }

  #pause(): void {
    this.#cancel = this.#timers.after(APART_MS, this.#step);
  }

  readonly #step = (): void => {
    this.#cancel = undefined;
    if (this.#peer.closed) return this.release();
    // What the system has not taken yet would be read together with the next line. The others go to the outbox, which
    // has a bound.
    const isBehind = this.#peer.queuedBytes > 0;
    const next = isBehind ? this.#others.splice(0) : this.#takeNext();
    if (isBehind || next.length > 0) this.#pause();
    for (const { bytes, written } of next) this.#peer.send(bytes, written);
  };

  // By turns, so that neither keeps the other waiting.
  #takeNext(): Waiting[] {
    const isTurnOfOthers = this.#othersAreNext && this.#others.length > 0;
    this.#othersAreNext = !isTurnOfOthers;
    if (this.#alone.length > 0 && !isTurnOfOthers) return this.#alone.splice(0, 1);
    return this.#others.splice(0, this.#others.length > OTHERS_APART ? Infinity : 1);
  }
}
