// A fake clock whose time passes only when a test says so.
import type { Clock } from "../../lib/ops/background.ts";

/** A clock that does not move between calls. */
export class FakeClock implements Clock {
  #now: number;
  #timers: { at: number; run: () => void }[] = [];

  /** @param now The initial time, in milliseconds since 1970. */
  constructor(now: number) {
    this.#now = now;
  }

  readonly now = (): number => this.#now;

  readonly after = (milliseconds: number, run: () => void): () => void => {
    const timer = { at: this.#now + milliseconds, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  /** The number of waiting timers. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Advances the time. @returns The number of timers that ran. */
  pass(milliseconds: number): number {
    const end = this.#now + milliseconds;
    for (let ran = 0;; ran++) {
      const [next] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
      if (next === undefined) {
        this.#now = end;
        return ran;
      }
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.at;
      next.run();
    }
  }
}
