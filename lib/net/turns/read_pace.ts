// Limits how fast one connection is read, with a bucket of bytes that may become negative. No data is rejected: the
// connection is not read until its bucket is no longer negative, and meanwhile TCP makes the sender wait.

/** Rate limits for the bytes that one connection sends. */
export interface ByteLimits {
  /** Bytes that return to the bucket each second; 0 for no limit. */
  readonly bytesPerSecond: number;
  /** Bytes of a full bucket. */
  readonly bytesBurst: number;
}

// Deno does not poll other sockets between reads that each fill the largest buffer. A pause makes Deno poll them.
const FULL_READ_PAUSE_MS = 1;

/** The bucket of one connection. Times in milliseconds. */
export class ByteRate {
  readonly #limits: ByteLimits;
  #bytes: number;
  #filledAt: number;

  constructor(limits: ByteLimits, now: number) {
    this.#limits = limits;
    this.#bytes = limits.bytesBurst;
    this.#filledAt = now;
  }

  /** Removes the bytes of one read from the bucket. @returns How long to wait before the next read. */
  take(bytes: number, now: number): number {
    const { bytesPerSecond, bytesBurst } = this.#limits;
    if (bytesPerSecond === 0) return 0;
    const returned = (now - this.#filledAt) * bytesPerSecond / 1000;
    this.#bytes = Math.min(bytesBurst, this.#bytes + returned) - bytes;
    this.#filledAt = now;
    return this.#bytes >= 0 ? 0 : Math.ceil(-this.#bytes * 1000 / bytesPerSecond);
  }
}

/** Decides when a connection is read next. */
export class ReadPace {
  readonly #rate: ByteRate | undefined;
  readonly #read: () => void;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** @param read Starts the next read. */
  constructor({ bytesPerSecond = 0, bytesBurst = 0 }: Partial<ByteLimits>, read: () => void) {
    const limits = { bytesPerSecond, bytesBurst };
    this.#rate = bytesPerSecond === 0 ? undefined : new ByteRate(limits, performance.now());
    this.#read = read;
  }

  /**
   * Starts the next read now, or as soon as the rate limit allows it.
   *
   * @param bytes Number of bytes of the last read.
   * @param full Whether the last read filled the largest buffer.
   */
  readOn(bytes: number, full: boolean): void {
    const owed = this.#rate?.take(bytes, performance.now()) ?? 0;
    const wait = full ? Math.max(owed, FULL_READ_PAUSE_MS) : owed;
    if (wait === 0) this.#read();
    else this.#pause = setTimeout(() => this.hurry(), wait);
  }

  /** Ends a pause. Needed when the connection has ended, because only a read reports that. */
  hurry(): void {
    if (this.#pause === undefined) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#read();
  }
}
