// How fast one connection is read: a bucket of bytes that may go into debt. Nothing is refused; a connection
// in debt is read again once it has paid, and TCP makes its sender wait.

/** Bounds on what one connection sends. */
export interface ByteLimits {
  /** Bytes that come back each second; 0 for no bound. */
  readonly bytesPerSecond: number;
  /** Bytes of a full bucket. */
  readonly bytesBurst: number;
}

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

  /** Takes what one read brought. @returns How long to wait before the next read. */
  take(bytes: number, now: number): number {
    const { bytesPerSecond, bytesBurst } = this.#limits;
    if (bytesPerSecond === 0) return 0;
    const returned = (now - this.#filledAt) * bytesPerSecond / 1000;
    this.#bytes = Math.min(bytesBurst, this.#bytes + returned) - bytes;
    this.#filledAt = now;
    return this.#bytes >= 0 ? 0 : Math.ceil(-this.#bytes * 1000 / bytesPerSecond);
  }
}
