// A clock for tests of the link. The test decides when time passes.
import type { Clock } from "../../../web/link/clock.ts";

/** A clock that stops until `pass` is called. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 10, 27, 12);
  #timers: { at: number; run: () => void }[] = [];
  /** The value that `random` returns. */
  chance = 0.5;

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.chance;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Returns the number of timers that are set. */
  get armed(): number {
    return this.#timers.length;
  }

  /** Advances the time, and runs the timers that expire meanwhile. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((each) => each !== next);
      this.#now = next.at;
      next.run();
    }
    this.#now = end;
  }
}
