// Keeps the frames of edges that a leader does not take now: while it restores sessions, and while the log does not answer.

/** Frames wait up to these bytes. Edges repeat the others. */
const WAITING_BYTES = 16 * 2 ** 20;

/** What a gate works with. */
export interface FrameGateParts {
  /** Takes a frame. */
  readonly take: (frame: Uint8Array) => void;
  /** Lets the event loop do something else. It rejects if nothing is served any more. */
  readonly pause: () => Promise<void>;
  /** A monotonic clock in milliseconds. */
  readonly now: () => number;
  /** The log does not answer if it takes longer than this, in milliseconds. */
  readonly patienceMs: number;
}

/**
 * A gate. It is closed at first. While the log does not answer, it closes, because the leader cannot take back what it
 * serves. So an edge that is found to be cut off knows of most lines that they were not done.
 */
export class FrameGate {
  readonly #parts: FrameGateParts;
  readonly #frames: Uint8Array[] = [];
  #bytes = 0;
  #isReady = false;
  #isOpening = false;
  #isOpen = false;
  #askedAt: number | undefined;

  constructor(parts: FrameGateParts) {
    this.#parts = parts;
  }

  /** Whether frames are taken as they arrive. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** A frame has arrived. */
  arrived(frame: Uint8Array): void {
    const { take, now, patienceMs } = this.#parts;
    if (this.#askedAt !== undefined && now() - this.#askedAt > patienceMs) this.#isOpen = false;
    if (this.#isOpen) return take(frame);
    if (this.#bytes + frame.length > WAITING_BYTES) return;
    this.#bytes += frame.length;
    this.#frames.push(frame);
  }

  /** The leader can serve edges: takes the frames that wait. @throws The error of `pause`. */
  async ready(): Promise<void> {
    this.#isReady = true;
    await this.#open();
  }

  /** The log was asked to append a batch. */
  logAsked(): void {
    this.#askedAt = this.#parts.now();
  }

  /** The log has the batch. */
  logAnswered(): void {
    this.#askedAt = undefined;
    // If another node leads, the edges repeat what waits.
    if (this.#isReady) this.#open().catch(() => {});
  }

  /** Takes the frames that wait, in steps. */
  async #open(): Promise<void> {
    if (this.#isOpen || this.#isOpening) return;
    this.#isOpening = true;
    for (let frame; (frame = this.#frames.shift()) !== undefined;) {
      this.#bytes -= frame.length;
      this.#parts.take(frame);
      await this.#parts.pause();
    }
    this.#isOpening = false;
    this.#isOpen = true;
  }
}
