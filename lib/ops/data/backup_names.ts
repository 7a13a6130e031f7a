// Names of database copies, and their order. The name alone shows which copy is newer, even if the machine's clock
// was set back between two copies.

/** The parsed name of a copy. */
interface CopyName {
  readonly name: string;
  /** When the copy was made, by the clock of that moment. */
  readonly stamp: string;
  /** How many times the clock had been set back before. */
  readonly turn: number;
}

const NAME = /^classcord-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z)(?:-(\d{1,9}))?\.db$/;

/** Whether a file name is that of a copy. */
export function isCopyName(name: string): boolean {
  return NAME.test(name);
}

/** Returns the names of copies among some file names, oldest first. */
export function copiesInOrder(files: Iterable<string>): string[] {
  return parse(files).map(({ name }) => name);
}

/**
 * Returns the name of a new copy, which follows the existing ones: `classcord-TIME.db`. If the newest copy has a
 * later time, the clock has been set back, and a number follows the time: `classcord-TIME-1.db`.
 */
export function nameOfCopy(files: Iterable<string>, now: Date): string {
  const newest = parse(files).at(-1);
  const stamp = now.toISOString().replace(/[:.]/g, "-");
  const turn = newest === undefined ? 0 : newest.turn + (stamp > newest.stamp ? 0 : 1);
  return `classcord-${stamp}${turn === 0 ? "" : `-${turn}`}.db`;
}

function parse(files: Iterable<string>): CopyName[] {
  const copies: CopyName[] = [];
  for (const name of files) {
    const [, stamp, turn = "0"] = NAME.exec(name) ?? [];
    if (stamp !== undefined) copies.push({ name, stamp, turn: Number(turn) });
  }
  return copies.sort((a, b) => a.turn - b.turn || (a.stamp < b.stamp ? -1 : 1));
}
