// Measures how late a timer of the event loop fires. All other work is delayed by the same time.

const PERIOD_MS = 500;
/** The number of measurements for {@linkcode LagMeter.worst}: ten seconds. */
const REMEMBERED = 20;

/** Measures the lag of the event loop until it is stopped. */
export class LagMeter {
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #latest: number[] = [];

  /** @param measured Called with each measurement, in seconds. */
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

  /** The greatest lag in the last ten seconds, in seconds. */
  get worst(): number {
    return Math.max(0, ...this.#latest);
  }

  /** Stops measuring. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
