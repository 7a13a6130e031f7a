// What waits to be written to one connection.
//
// - There MUST be at most one write in flight; what waited meanwhile is joined into the next one.
// - `put` MUST NOT block and MUST NOT throw, whatever the other end does.
// - Bytes in flight count as queued: a reader that stalls is found by the bound, not by a clock.
// - Past the bound nothing more is taken, and the owner is told once.

/** Where the bytes go. May take only part of what it is given. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<number>;
}

/** How an outbox ends early. */
export interface OutboxEvents {
  /** The bound is passed: a slow consumer. */
  overflow(): void;
  /** A write failed. */
  failed(error: unknown): void;
}

/** The queue of one connection. */
export class Outbox {
  readonly #sink: ByteSink;
  readonly #maxBytes: number;
  readonly #events: OutboxEvents;
  #waiting: Uint8Array[] | undefined;
  #queued = 0;
  #put = 0;
  // Who wants to know that the bytes up to a place are written; nobody, nearly always.
  #marks: { readonly end: number; readonly written: () => void }[] | undefined;
  #writing = false;
  #ended = false;
  #drained: PromiseWithResolvers<void> | undefined;

  /** @param maxBytes Bound on queued bytes; 0 for none. */
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
    if (this.#queued > this.#maxBytes) {
      this.discard();
      this.#events.overflow();
      return;
    }
    if (written !== undefined) (this.#marks ??= []).push({ end: this.#put, written });
    if (this.#waiting === undefined) this.#waiting = [bytes];
    else this.#waiting.push(bytes);
    if (!this.#writing) this.#writeAll();
  }

  /** Takes nothing more, and resolves when all that was put in is written, or thrown away. */
  drain(): Promise<void> {
    this.#ended = true;
    this.#drained ??= Promise.withResolvers();
    if (!this.#writing) this.#drained.resolve();
    return this.#drained.promise;
  }

  /** Takes nothing more and forgets what waits. */
  discard(): void {
    this.#ended = true;
    this.#waiting = undefined;
    this.#marks = undefined;
    this.#queued = 0;
    this.#drained?.resolve();
  }

  #tellWritten(): void {
    const done = this.#put - this.#queued;
    while (this.#marks !== undefined && this.#marks[0]!.end <= done) {
      const { written } = this.#marks.shift()!;
      if (this.#marks.length === 0) this.#marks = undefined;
      written();
    }
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    try {
      while (this.#waiting !== undefined) {
        const batch = this.#waiting;
        this.#waiting = undefined;
        let bytes = batch.length === 1 ? batch[0]! : join(batch);
        while (bytes.length > 0) {
          const written = await this.#sink.write(bytes);
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

function join(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
