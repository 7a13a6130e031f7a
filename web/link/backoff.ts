// Computes how long the link waits before it connects again.
const DELAYS = [500, 1000, 2000, 4000, 8000, 15_000];

/** How much each wait varies, up or down, so that the pages of a class do not reconnect at the same moment. */
const SPREAD = 0.3;

/**
 * Returns the wait before an attempt to connect, in milliseconds.
 *
 * @param attempt The number of failed attempts since the last connection that worked.
 * @param random A random number from 0 to 1.
 */
export function backoff(attempt: number, random: number): number {
  const delay = DELAYS[Math.min(Math.max(0, attempt), DELAYS.length - 1)]!;
  return Math.round(delay * (1 - SPREAD + 2 * SPREAD * random));
}
