// What waits to be written to one connection.
//
// - There MUST be at most one write in flight; what waited meanwhile is joined into the next one.
// - `put` MUST NOT block and MUST NOT throw, whatever the other end does.
// - Bytes in flight count as queued.
// - `put` MUST NOT close a connection: what one turn of the event loop puts in may be more than the bound,
//   and the peer has had no chance to take it.
// - Past the bound the outbox looks at the peer once a second. It ends the connection if the peer took nothing
//   in that second, is past the bound for ten, or left four bounds behind. It tells its owner once.

import type { Departing, Departures } from "./turns/departures.ts";

/** Where the bytes go. May take only part of what it is given. */
export interface ByteSink {
  write(bytes: Uint8Array): number | Promise<number>;
}

/** How an outbox ends early. */
export interface OutboxEvents {
  /** The peer takes too little: a slow consumer. */
  overflow(): void;
  /** A write failed. */
  failed(error: unknown): void;
  /** Runs something after some milliseconds, unless the result is called; without this, with `setTimeout`. */
  after?(milliseconds: number, run: () => void): () => void;
  /** Says when writes begin; without this, at once. */
  readonly departures?: Pick<Departures, "begin"> | undefined;
}

/** Milliseconds between two looks at a peer past the bound. */
export const CHECK_MS = 1_000;
/** Looks in a row that find the outbox past its bound before the connection ends. */
export const LATE_CHECKS = 10;
/** How many times the bound may be left of what was put in before the last look. */
export const BOUNDS_BEHIND = 4;

// Longest single write: what waited is copied together for it, and a slow peer shows progress by it.
const WRITE_BYTES = 64 * 1024;

/** What is known of a peer whose outbox is past its bound. */
interface Watch {
  checks: number;
  /** Bytes taken, and bytes put in, at the last check. */
  taken: number;
  put: number;
  cancel: () => void;
}

/** The queue of one connection. */
export class Outbox implements Departing {
  readonly #sink: ByteSink;
  readonly #maxBytes: number;
  readonly #events: OutboxEvents;
  #waiting: Uint8Array[] | undefined;
  #queued = 0;
  #put = 0;
  // Who wants to know that the bytes up to a place are written; nobody, nearly always.
  #marks: { readonly end: number; readonly written: () => void }[] | undefined;
  #writing = false;
  /** See {@linkcode Departing.isQueued}. */
  isQueued = false;
  #ended = false;
  #watch: Watch | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  /** @param maxBytes Bound on queued bytes that the peer had the chance to take; 0 for none. */
  constructor(sink: ByteSink, maxBytes: number, events: OutboxEvents) {
    this.#sink = sink;
    this.#maxBytes = maxBytes === 0 ? Infinity : maxBytes;
    this.#events = events;
  }

  /** Bytes put in and not yet taken by the sink. */
  get queuedBytes(): number {
    return Math.max(0, this.#queued);
  }

  /** Bytes that the sink has taken so far. */
  get takenBytes(): number {
    return this.#put - this.queuedBytes;
  }

  /**
   * Queues bytes, whole lines. They must not be changed afterwards: others may share them.
   *
   * @param written Told when the sink has taken them all; never if they are thrown away.
   */
  put(bytes: Uint8Array, written?: () => void): void {
    if (this.#ended) return;
    this.#queued += bytes.length;
    this.#put += bytes.length;
    if (this.#queued > this.#maxBytes && this.#watch === undefined) this.#beginWatch();
    if (written !== undefined) (this.#marks ??= []).push({ end: this.#put, written });
    if (this.#waiting === undefined) this.#waiting = [bytes];
    else this.#waiting.push(bytes);
    if (this.#writing) return;
    const { departures } = this.#events;
    if (departures === undefined) this.#writeAll();
    else departures.begin(this);
  }

  /** See {@linkcode Departing.depart}. */
  depart(): void {
    if (!this.#writing && this.#waiting !== undefined) this.#writeAll();
  }

  /** Takes nothing more, and resolves when all that was put in is written, or thrown away. */
  drain(): Promise<void> {
    this.#ended = true;
    this.#drained ??= Promise.withResolvers();
    this.depart();
    if (!this.#writing) this.#drained.resolve();
    return this.#drained.promise;
  }

  /** Takes nothing more and forgets what waits. */
  discard(): void {
    this.#ended = true;
    this.#waiting = undefined;
    this.#marks = undefined;
    this.#queued = 0;
    this.#endWatch();
    this.#drained?.resolve();
  }

  #beginWatch(): void {
    const watch: Watch = {
      checks: 0,
      taken: this.#put - this.#queued,
      put: this.#put,
      cancel: () => {},
    };
    this.#watch = watch;
    this.#checkLater(watch);
  }

  #endWatch(): void {
    this.#watch?.cancel();
    this.#watch = undefined;
  }

  #checkLater(watch: Watch): void {
    const after = this.#events.after?.bind(this.#events) ?? afterTimeout;
    watch.cancel = after(CHECK_MS, () => this.#check(watch));
  }

  #check(watch: Watch): void {
    if (this.#queued <= this.#maxBytes) return this.#endWatch();
    const taken = this.#put - this.#queued;
    watch.checks++;
    const stalled = taken === watch.taken;
    const behind = watch.put - taken > BOUNDS_BEHIND * this.#maxBytes;
    if (stalled || behind || watch.checks >= LATE_CHECKS) {
      this.discard();
      this.#events.overflow();
      return;
    }
    watch.taken = taken;
    watch.put = this.#put;
    this.#checkLater(watch);
  }

  #tellWritten(): void {
    const done = this.#put - this.#queued;
    while (this.#marks !== undefined && this.#marks[0]!.end <= done) {
      const { written } = this.#marks.shift()!;
      if (this.#marks.length === 0) this.#marks = undefined;
      written();
    }
  }

  /** Takes what waits, or as much of it as one write may have. */
  #takeBatch(waiting: Uint8Array[]): Uint8Array[] {
    let count = waiting.length;
    // Nothing is in flight: all that is queued waits.
    if (this.#queued > WRITE_BYTES) {
      let bytes = 0;
      count = waiting.findIndex((part) => (bytes += part.length) > WRITE_BYTES);
      count = Math.max(1, count);
    }
    this.#waiting = count === waiting.length ? undefined : waiting.slice(count);
    return this.#waiting === undefined ? waiting : waiting.slice(0, count);
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting !== undefined) {
        const batch = this.#takeBatch(this.#waiting);
        let bytes = batch.length === 1 ? batch[0]! : join(batch);
        while (bytes.length > 0) {
          const written = await this.#sink.write(
            bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes,
          );
          this.#queued -= written;
          bytes = bytes.subarray(written);
          if (this.#marks !== undefined) this.#tellWritten();
        }
      }
    } catch (error) {
      this.discard();
      this.#events.failed(error);
    } finally {
      this.#writing = false;
      this.#drained?.resolve();
    }
  }
}

function afterTimeout(milliseconds: number, run: () => void): () => void {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
