// A clock that a test sets.
import type { Clock } from "../../lib/ops/background.ts";

interface Alarm {
  readonly at: number;
  readonly run: () => void;
}

/** A clock whose time passes only by {@linkcode pass}. */
export interface TestClock extends Clock {
  /** Lets time pass, and runs what comes due meanwhile. */
  pass(milliseconds: number): void;
}

/** Makes one. */
export function testClock(start: number): TestClock {
  let time = start;
  const alarms = new Set<Alarm>();
  return {
    now: () => time,
    after(milliseconds, run) {
      const alarm = { at: time + milliseconds, run };
      alarms.add(alarm);
      return () => alarms.delete(alarm);
    },
    pass(milliseconds) {
      const until = time + milliseconds;
      for (;;) {
        const due = [...alarms].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        alarms.delete(due);
        time = Math.max(time, due.at);
        due.run();
      }
      time = until;
    },
  };
}
