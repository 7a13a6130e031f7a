// What a client of an import does with the rows of a class list: passwords, parts for the server, and the slips.
import type { ClassStep } from "../protocol/replies/classes.ts";
import type { ClassRow } from "../protocol/requests/classes.ts";
import type { ClassList } from "./list.ts";
import { makePassword } from "./passwords.ts";
import type { Slip } from "./slips.ts";

/** Rows in one request, in UTF-16 units. With three bytes for each, a line stays below its maximum of 64 KiB. */
const UNITS_MAX = 16 * 1024;

/** Returns the rows of a list, with a new password for each that has none. */
export function withPasswords({ rows }: ClassList, passwordMin: number): ClassRow[] {
  return rows.map(({ groups, ...row }) => ({
    ...row,
    ...(groups === undefined ? {} : { groups: [...groups] }),
    password: row.password ?? makePassword(passwordMin),
  }));
}

/** Splits rows into parts that fit into one request each. @param max The maximum number of rows in a request. */
export function* partsOf(
  rows: readonly ClassRow[],
  max: number,
): Generator<readonly ClassRow[]> {
  let part: ClassRow[] = [];
  let units = 0;
  for (const row of rows) {
    const { length } = JSON.stringify(row);
    if (part.length === max || (part.length > 0 && units + length > UNITS_MAX)) {
      yield part;
      [part, units] = [[], 0];
    }
    part.push(row);
    units += length;
  }
  yield part;
}

// A server that ends while it serves the second attempt was not the only fault.
const ATTEMPTS = 3;

/**
 * Does something for which the server must have all rows. It has lost them if the connection broke, or if another node
 * of the cluster took over. Then nothing was imported, and the work is done again.
 *
 * @param work Sends the rows if they may be missing.
 * @param isLost Whether an error says that the server has no rows.
 * @throws The error of `work`.
 */
export async function withRows<T>(
  work: (mayBeMissing: boolean) => Promise<T>,
  isLost: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work(attempt > 1);
    } catch (error) {
      if (attempt === ATTEMPTS || !isLost(error)) throw error;
    }
  }
}

/** Returns the slips of the accounts that got a password. @param steps What the import did. */
export function slipsOf(steps: readonly ClassStep[], rows: readonly ClassRow[]): Slip[] {
  const byLine = new Map(rows.map((row) => [row.line, row]));
  return steps.filter(({ password, kind }) => password || kind === "add").map(({ line, name }) => {
    const row = byLine.get(line)!;
    return { name, password: row.password!, class: row.class ?? "" };
  });
}
