// Shows how many passwords have been hashed: a bar on a terminal, otherwise a line for each tenth.
const WIDTH = 30;

/** Where the progress goes. */
export interface ProgressOutput {
  readonly isTerminal: () => boolean;
  readonly write: (text: string) => void;
}

/** Standard error: the report on standard output stays clean. */
export const STANDARD_ERROR: ProgressOutput = {
  isTerminal: () => Deno.stderr.isTerminal(),
  write: (text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)),
};

/** Returns a function to call with each number of hashed passwords. */
export function showProgress(
  { isTerminal, write }: ProgressOutput = STANDARD_ERROR,
): (done: number, of: number) => void {
  let last = "";
  return function show(done, of) {
    const share = done / of;
    if (!isTerminal()) {
      const tenth = String(Math.floor(10 * share));
      if (tenth === last || of < 10) return;
      last = tenth;
      if (tenth !== "0") write(`Hashed ${done} of ${of} passwords.\n`);
      return;
    }
    const full = Math.floor(WIDTH * share);
    const bar = `[${"#".repeat(full)}${".".repeat(WIDTH - full)}] ${done}/${of} passwords`;
    if (bar === last) return;
    last = bar;
    write(`\r${bar}${done === of ? "\n" : ""}`);
  };
}
