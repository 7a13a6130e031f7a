// Names of the copies of the database, and their order: a copy is newer than another by its name alone, also
// where the clock of the machine went back between the two.

/** A copy by its name. */
interface CopyName {
  readonly name: string;
  /** When it was made, by the clock of that moment. */
  readonly stamp: string;
  /** How many times the clock had gone back before. */
  readonly turn: number;
}

const NAME = /^classcord-(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z)(?:-(\d{1,9}))?\.db$/;

/** Whether a file is a copy, by its name. */
export function isCopyName(name: string): boolean {
  return NAME.test(name);
}

/** The copies among some files, the oldest first. */
export function copiesInOrder(files: Iterable<string>): string[] {
  return parse(files).map(({ name }) => name);
}

/**
 * The name of a new copy, which comes after those that exist: `classcord-TIME.db`. Where the newest of them
 * has a later time, the clock has gone back, and a number follows the time: `classcord-TIME-1.db`.
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
