// Work on many rows in short transactions, so that a server goes on serving meanwhile.

// Some 10 ms each.
const ROWS = 50;
const PAUSE_MS = 5;

/**
 * Repeats a step, with pauses, until it finds less than it was given to do.
 *
 * @param step Works on so many rows at most. @returns On how many it did.
 * @param isStopping Whether to end early.
 * @returns Whether all is done.
 */
export async function inSteps(
  step: (rows: number) => number,
  isStopping: () => boolean = () => false,
): Promise<boolean> {
  while (step(ROWS) === ROWS) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (isStopping()) return false;
  }
  return true;
}
