// A step of a test run: its description and its duration.

/** Runs a step and prints that it passed. @throws The error of the step. */
export async function step<T>(what: string, action: () => Promise<T>): Promise<T> {
  const started = Date.now();
  try {
    const value = await action();
    console.log(`ok   ${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return value;
  } catch (error) {
    console.log(`FAIL ${what}`);
    throw error;
  }
}
