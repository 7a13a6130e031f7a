// Writes lines to one connection so far apart that its client reads each by itself. Clients E and H show only the
// last line of what arrives in one read.
import type { ConnectionView } from "./edge.ts";

/** Milliseconds between two writes. The clients are promised 100; timers may be a little early. */
export const APART_MS = 120;

// So few other lines are written one by one as well. More are written together, so that they do not fall behind.
const OTHERS_APART = 5;

/** Timers. */
export interface Timers {
  /** Runs something after some milliseconds. @returns A function that calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** Queues bytes for the connection. @param receipt Reported once they are taken. */
export type Send = (bytes: Uint8Array, receipt?: number) => void;

/** What a writer works with. */
export interface ApartWriterParts {
  readonly peer: Pick<ConnectionView, "closed" | "queuedBytes">;
  readonly send: Send;
  readonly timers: Timers;
}

/** Bytes that wait. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly receipt: number | undefined;
}

/** The writes of one connection. Between two lines that are written alone, others may be written. */
export class ApartWriter {
  readonly #parts: ApartWriterParts;
  readonly #alone: Waiting[] = [];
  readonly #others: Waiting[] = [];
  #othersAreNext = true;
  #cancel: (() => void) | undefined;

  constructor(parts: ApartWriterParts) {
    this.#parts = parts;
  }

  /** Queues lines that may be written together with others. */
  put(bytes: Uint8Array, receipt?: number): void {
    if (this.#cancel === undefined) return this.#parts.send(bytes, receipt);
    this.#others.push({ bytes, receipt });
  }

  /** Queues one line that is written alone, a while after what was written before. */
  putAlone(bytes: Uint8Array, receipt?: number): void {
    this.#alone.push({ bytes, receipt });
    if (this.#cancel === undefined) this.#pause();
  }

  /** Forgets the lines to be written alone. @returns Their receipts; `undefined` where there were no lines. */
  forgetAlone(): number[] | undefined {
    const dropped = this.#alone.splice(0);
    if (dropped.length === 0) return undefined;
    return dropped.flatMap(({ receipt }) => receipt ?? []);
  }

  /** Writes the other lines now, and forgets those to be written alone: the connection is about to end. */
  release(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.forgetAlone();
    this.#send(this.#others.splice(0));
  }

  #pause(): void {
    this.#cancel = this.#parts.timers.after(APART_MS, this.#step);
  }

  readonly #step = (): void => {
    this.#cancel = undefined;
    const { peer } = this.#parts;
    if (peer.closed) return this.release();
    // What the system has not taken yet would be read together with the next line. The others go to the outbox, which
    // has a bound.
    const isBehind = peer.queuedBytes > 0;
    const next = isBehind ? this.#others.splice(0) : this.#takeNext();
    if (isBehind || next.length > 0) this.#pause();
    this.#send(next);
  };

  #send(lines: readonly Waiting[]): void {
    for (const { bytes, receipt } of lines) this.#parts.send(bytes, receipt);
  }

  // By turns, so that neither keeps the other waiting.
  #takeNext(): Waiting[] {
    const isTurnOfOthers = this.#othersAreNext && this.#others.length > 0;
    this.#othersAreNext = !isTurnOfOthers;
    if (this.#alone.length > 0 && !isTurnOfOthers) return this.#alone.splice(0, 1);
    return this.#others.splice(0, this.#others.length > OTHERS_APART ? Infinity : 1);
  }
}
