// Work in the background of the event loop: in short steps with pauses, so that nobody waits for it.

/** The time of day and timers, so that tests have their own. */
export interface Clock {
  /** In milliseconds, for the clock of the machine since 1970. */
  readonly now: () => number;
  /** Runs something after some milliseconds. @returns A function that calls it off. */
  readonly after: (milliseconds: number, run: () => void) => () => void;
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: Date.now,
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** The same timers with a clock that only goes forward, in milliseconds since the start. */
export const steadyClock: Clock = { now: () => performance.now(), after: systemClock.after };

/** Work that comes again and again. */
export interface Chore {
  /** Does a part of it, in a few milliseconds. @returns Whether there is nothing left to do for now. */
  readonly step: () => boolean;
  /** Milliseconds between two steps. */
  readonly pauseMs: number;
  /** Milliseconds between the last step and the first of the next time. */
  readonly everyMs: number;
  /** Told when a step fails; the work goes on at the next time. */
  readonly failed: (error: unknown) => void;
}

/** Begins with the work now. @returns A function that ends it. */
export function startChore({ step, pauseMs, everyMs, failed }: Chore, clock: Clock): () => void {
  let cancel = () => {};
  function run(): void {
    let done = true;
    try {
      done = step();
    } catch (error) {
      failed(error);
    }
    cancel = clock.after(done ? everyMs : pauseMs, run);
  }
  cancel = clock.after(0, run);
  return () => cancel();
}
