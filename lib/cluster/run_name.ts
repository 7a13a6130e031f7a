// The name of a run of a node. It is the name of its edge, too.

/** Returns the name of a run. @param run Its number: each start of the process draws another one. */
export function runName(node: string, run: number): string {
  return `${node}_${run}`;
}

/** Returns the name of the node of a run. */
export function nodeOfRun(run: string): string {
  return run.replace(/_\d+$/, "");
}
