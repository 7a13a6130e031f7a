// Runs background work on the event loop, in short steps with pauses, so that it does not delay the chat.

/** The time of day and timers. Tests pass their own. */
export interface Clock {
  /** Returns milliseconds; for the clock of the machine, since 1970. */
  readonly now: () => number;
  /** Runs a function after a delay in milliseconds. @returns A function that cancels it. */
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

/** The same timers, with a clock that only goes forward, in milliseconds since the start. */
export const steadyClock: Clock = { now: () => performance.now(), after: systemClock.after };

/** A clock whose timers end together. */
export interface ClosableClock extends Clock {
  /** Cancels all timers. From then on, no timer runs. */
  readonly close: () => void;
}

/** Returns a clock with the time of another one. */
export function closableClock({ now, after }: Clock): ClosableClock {
  const cancels = new Set<() => void>();
  let isClosed = false;
  return {
    now,
    after(milliseconds, run) {
      if (isClosed) return () => {};
      const cancel = after(milliseconds, () => {
        cancels.delete(end);
        run();
      });
      const end = () => {
        cancels.delete(end);
        cancel();
      };
      cancels.add(end);
      return end;
    },
    close() {
      isClosed = true;
      for (const end of [...cancels]) end();
    },
  };
}

/** Recurring work. */
export interface Chore {
  /** Does a part of the work, in a few milliseconds. @returns Whether nothing is left for now. */
  readonly step: () => boolean;
  /** Milliseconds between two steps. */
  readonly pauseMs: number;
  /** Milliseconds from the last step of one run to the first step of the next. */
  readonly everyMs: number;
  /** Called when a step fails. The work continues at the next run. */
  readonly failed: (error: unknown) => void;
}

/** Starts the work now. @returns A function that stops it. */
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
