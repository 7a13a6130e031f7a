// How long the link waits before it connects again.
const DELAYS = [500, 1000, 2000, 4000, 8000, 15_000];

/** A class must not come back in one moment: each wait is up to 30 % shorter or longer. */
const SPREAD = 0.3;

/**
 * The wait before an attempt, in milliseconds.
 *
 * @param attempt 0 for the first attempt after a connection that worked.
 * @param random From 0 to 1.
 */
export function backoff(attempt: number, random: number): number {
  const delay = DELAYS[Math.min(Math.max(0, attempt), DELAYS.length - 1)]!;
  return Math.round(delay * (1 - SPREAD + 2 * SPREAD * random));
}
