// One step of a proof: what it is and how long it took.

/** Runs a step and says that it passed. @throws What the step throws. */
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
