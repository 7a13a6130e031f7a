// How fast one connection is read: a bucket of bytes that may go into debt. Nothing is refused; a connection
// in debt is read again once it has paid, and TCP makes its sender wait.

/** Bounds on what one connection sends. */
export interface ByteLimits {
  /** Bytes that come back each second; 0 for no bound. */
  readonly bytesPerSecond: number;
  /** Bytes of a full bucket. */
  readonly bytesBurst: number;
}

// Reads that fill the largest buffer can follow each other without a look at other sockets. A pause makes Deno
// look.
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

/** Decides when a connection is read again. */
export class ReadPace {
  readonly #rate: ByteRate | undefined;
  readonly #read: () => void;
  #pause: ReturnType<typeof setTimeout> | undefined;

  /** @param read Reads on. */
  constructor({ bytesPerSecond = 0, bytesBurst = 0 }: Partial<ByteLimits>, read: () => void) {
    const limits = { bytesPerSecond, bytesBurst };
    this.#rate = bytesPerSecond === 0 ? undefined : new ByteRate(limits, performance.now());
    this.#read = read;
  }

  /** Reads on, now or as soon as the bytes of the last read are paid for. @param full It filled the largest buffer. */
  readOn(bytes: number, full: boolean): void {
    const owed = this.#rate?.take(bytes, performance.now()) ?? 0;
    const wait = full ? Math.max(owed, FULL_READ_PAUSE_MS) : owed;
    if (wait === 0) this.#read();
    else this.#pause = setTimeout(() => this.hurry(), wait);
  }

  /** Ends a pause: the connection has ended, and only a read tells. */
  hurry(): void {
    if (this.#pause === undefined) return;
    clearTimeout(this.#pause);
    this.#pause = undefined;
    this.#read();
  }
}
