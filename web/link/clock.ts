// Defines the clock and the timers of the page. Tests replace them.

/** The source of time and randomness for the link and the model. */
export interface Clock {
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Calls `run` once after a delay. @returns A function that cancels the call. */
  after(ms: number, run: () => void): () => void;
  /** Returns a random number from 0 to 1. */
  random(): number;
}

/** The browser's clock. Its timers may be late, since browsers slow down hidden pages. */
export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    // A longer delay would overflow the browser's counter, and the timer would expire at once.
    const id = setTimeout(run, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(id);
  },
  random: () => Math.random(),
};
