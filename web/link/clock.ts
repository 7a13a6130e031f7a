// The clock and the timers of the page, to be replaced in tests.

/** What runs the time of the link and of the model. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once. @returns Cancels it. */
  after(ms: number, run: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
}

/** The browser's. A timer may ring late: a hidden page is slowed down. */
export const browserClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    // Longer waits would overflow the browser's counter and ring at once.
    const id = setTimeout(run, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(id);
  },
  random: () => Math.random(),
};
