// How much later than asked for a timer of the event loop fires: what everything else waits as well.

const PERIOD_MS = 500;
/** Measurements that {@linkcode LagMeter.worst} looks back on: ten seconds. */
const REMEMBERED = 20;

/** Measures the lag of the event loop, until it is stopped. */
export class LagMeter {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #latest: number[] = [];

  /** @param measured Told of each measurement, in seconds. */
  constructor(measured: (seconds: number) => void) {
    let due = performance.now() + PERIOD_MS;
    this.#timer = setInterval(() => {
      const now = performance.now();
      const seconds = Math.max(0, now - due) / 1000;
      due = now + PERIOD_MS;
      this.#latest.push(seconds);
      if (this.#latest.length > REMEMBERED) this.#latest.shift();
      measured(seconds);
    }, PERIOD_MS);
  }

  /** The greatest lag of the last ten seconds, in seconds. */
  get worst(): number {
    return Math.max(0, ...this.#latest);
  }

  /** Ends the measuring. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
