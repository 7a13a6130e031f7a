// A clock for tests of the link: time passes when the test says so.
import type { Clock } from "../../../web/link/clock.ts";

/** A clock that stands still. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 10, 27, 12);
  #timers: { at: number; run: () => void }[] = [];
  /** What `random` gives. */
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

  /** How many timers are armed. */
  get armed(): number {
    return this.#timers.length;
  }

  /** Lets time pass, and rings what is due on the way. */
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
