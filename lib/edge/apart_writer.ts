// Writes lines to one connection with pauses, so that its client reads each one separately. Clients E and H show
// only the last line of each read.
import type { ConnectionView } from "./edge.ts";

/** Milliseconds between two writes. PROTOCOL promises clients 100; timers may fire slightly early. */
export const APART_MS = 120;

// Up to this many other lines are written one by one as well. More are written together, so that they do not pile
// up.
const OTHERS_APART = 5;

/** Timers. */
export interface Timers {
  /** Runs a function after some milliseconds. @returns A function that cancels it. */
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

/** Bytes that wait to be written. */
interface Waiting {
  readonly bytes: Uint8Array;
  readonly receipt: number | undefined;
}

/** Spaces the writes of one connection. Other lines may be written between two lines that are written alone. */
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

  /** Queues a line that is written alone, after a pause. */
  putAlone(bytes: Uint8Array, receipt?: number): void {
    this.#alone.push({ bytes, receipt });
    if (this.#cancel === undefined) this.#pause();
  }

  /** Drops the lines to be written alone. @returns Their receipts; `undefined` if there were no lines. */
  forgetAlone(): number[] | undefined {
    const dropped = this.#alone.splice(0);
    if (dropped.length === 0) return undefined;
    return dropped.flatMap(({ receipt }) => receipt ?? []);
  }

  /**
   * Writes the other lines now and drops the lines to be written alone, because the connection is about to end.
   */
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
    // The client would read bytes that the system has not taken yet together with the next line. The other lines
    // go to the outbox, which has a limit.
    const isBehind = peer.queuedBytes > 0;
    const next = isBehind ? this.#others.splice(0) : this.#takeNext();
    if (isBehind || next.length > 0) this.#pause();
    this.#send(next);
  };

  #send(lines: readonly Waiting[]): void {
    for (const { bytes, receipt } of lines) this.#parts.send(bytes, receipt);
  }

  // Alternates, so that neither kind delays the other.
  #takeNext(): Waiting[] {
    const isTurnOfOthers = this.#othersAreNext && this.#others.length > 0;
    this.#othersAreNext = !isTurnOfOthers;
    if (this.#alone.length > 0 && !isTurnOfOthers) return this.#alone.splice(0, 1);
    return this.#others.splice(0, this.#others.length > OTHERS_APART ? Infinity : 1);
  }
}
