// The outbox of one connection: the data that waits to be written.
//
// - At most one write MUST be in flight. Data that is put in meanwhile is joined into the next write.
// - `put` MUST NOT block and MUST NOT throw, whatever the peer does.
// - Bytes in flight count as queued.
// - `put` MUST NOT close a connection: one turn of the event loop may put in more than the bound before the peer
//   has a chance to read any of it.
// - Past its bound, the outbox checks the peer once a second. It ends the connection if the peer took nothing in
//   that second, if ten checks in a row found the outbox past its bound, or if the peer is more than four bounds
//   behind. It tells its owner once.

import type { Departing, Departures } from "./turns/departures.ts";

/** Where the bytes are written. A write may accept only some of them. */
export interface ByteSink {
  write(bytes: Uint8Array): number | Promise<number>;
}

/** What an outbox calls. */
export interface OutboxEvents {
  /** Called when the peer reads too slowly: it is a slow consumer. */
  overflow(): void;
  /** Called when a write failed. */
  failed(error: unknown): void;
  /** Runs a function after some milliseconds. The default is `setTimeout`. @returns A function that cancels it. */
  after?(milliseconds: number, run: () => void): () => void;
  /** Decides when writes begin. Without it, they begin at once. */
  readonly departures?: Pick<Departures, "begin"> | undefined;
}

/** Milliseconds between two checks of an outbox past its bound. */
export const CHECK_MS = 1_000;
/** The connection ends after this many checks in a row that find the outbox past its bound. */
export const LATE_CHECKS = 10;
/** How many times the bound the peer may be behind, counting only data that was put in before the last check. */
export const BOUNDS_BEHIND = 4;

// Longest single write. It limits how much is copied into one buffer, and lets a slow peer show progress.
const WRITE_BYTES = 64 * 1024;

/** The checks of a peer whose outbox is past its bound. */
interface Watch {
  checks: number;
  /** Bytes taken by the sink and bytes put in, at the last check. */
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
  /** The bytes of the current write that the sink has not taken yet. */
  #unwritten: Uint8Array | undefined;
  #queued = 0;
  #put = 0;
  // Callbacks for when the bytes up to a position are written. Most data has none.
  #marks: { readonly end: number; readonly written: () => void }[] | undefined;
  #writing = false;
  /** See {@linkcode Departing.isQueued}. */
  isQueued = false;
  #ended = false;
  #watch: Watch | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  /** @param maxBytes The bound: most bytes that may stay queued; 0 for no bound. */
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
   * Queues whole lines. The caller must not change the bytes afterwards: several outboxes may share them.
   *
   * @param written Called when the sink has taken all of them; never called if they are discarded.
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

  /** Accepts no more data. Resolves when all queued data is written or discarded. */
  drain(): Promise<void> {
    this.#ended = true;
    this.#drained ??= Promise.withResolvers();
    this.depart();
    if (!this.#writing) this.#drained.resolve();
    return this.#drained.promise;
  }

  /** Accepts no more data and discards what is queued. */
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

  /** Removes waiting data from the queue, at most as much as fits into one write, but at least one piece. */
  #takeBatch(waiting: Uint8Array[]): Uint8Array[] {
    let count = waiting.length;
    // Nothing is in flight, so all queued bytes wait.
    if (this.#queued > WRITE_BYTES) {
      let bytes = 0;
      count = waiting.findIndex((part) => (bytes += part.length) > WRITE_BYTES);
      count = Math.max(1, count);
    }
    this.#waiting = count === waiting.length ? undefined : waiting.slice(count);
    return this.#waiting === undefined ? waiting : waiting.slice(0, count);
  }

  // Callbacks replace `await`, because an async function allocates more for each of the many writes.
  #writeAll(): void {
    this.#writing = true;
    try {
      while (this.#unwritten !== undefined || this.#waiting !== undefined) {
        const bytes = this.#unwritten ??= joined(this.#takeBatch(this.#waiting!));
        const written = this.#sink.write(
          bytes.length > WRITE_BYTES ? bytes.subarray(0, WRITE_BYTES) : bytes,
        );
        if (typeof written !== "number") return void written.then(this.#wrote, this.#failed);
        this.#took(written);
      }
      this.#rest();
    } catch (error) {
      this.#failed(error);
    }
  }

  readonly #wrote = (count: number): void => {
    try {
      this.#took(count);
    } catch (error) {
      return this.#failed(error);
    }
    this.#writeAll();
  };

  #took(count: number): void {
    this.#queued -= count;
    const { length } = this.#unwritten!;
    this.#unwritten = count < length ? this.#unwritten!.subarray(count) : undefined;
    if (this.#marks !== undefined) this.#tellWritten();
  }

  readonly #failed = (error: unknown): void => {
    this.#unwritten = undefined;
    this.discard();
    this.#events.failed(error);
    this.#rest();
  };

  #rest(): void {
    this.#writing = false;
    this.#drained?.resolve();
  }
}

function afterTimeout(milliseconds: number, run: () => void): () => void {
  const timer = setTimeout(run, milliseconds);
  return () => clearTimeout(timer);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
