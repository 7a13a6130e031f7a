// Compares the clock of a node with that of the leader. Times of messages, mutes and tokens are those of the leader, so a
// node with a wrong clock leaves leading to others.

/** Clocks that differ by more than this are wrong, in milliseconds. */
export const SKEW_MS = 10_000;
/** So many batches in a row must show it. One may have been on its way for long. */
const SEEN = 3;

/** What it works with. */
export interface ClockWatchParts {
  /** The time of day of this node, in milliseconds since 1970. */
  readonly time: () => number;
  /** Called with a sentence for the log of the server. */
  readonly told: (text: string) => void;
}

/** The clock of a node that follows. */
export class ClockWatch {
  readonly #parts: ClockWatchParts;
  #count = 0;

  constructor(parts: ClockWatchParts) {
    this.#parts = parts;
  }

  /** Whether the clock differs from that of the leader. */
  get isWrong(): boolean {
    return this.#count >= SEEN;
  }

  /** The newest batch of the log was read. @param at Its time, on the clock of the leader. */
  read(at: number): void {
    const { time, told } = this.#parts;
    const ahead = time() - at;
    const wasWrong = this.isWrong;
    this.#count = Math.abs(ahead) > SKEW_MS ? this.#count + 1 : 0;
    if (this.isWrong === wasWrong) return;
    const seconds = Math.round(Math.abs(ahead) / 1000);
    const side = ahead > 0 ? "ahead of" : "behind";
    told(
      wasWrong
        ? "the clock of this server agrees with that of the leader again"
        : `the clock of this server is ${seconds} s ${side} that of the leader. Synchronise the clocks of all servers`,
    );
  }
}
