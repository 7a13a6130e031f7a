// Work in the database in steps that keep nobody waiting: bounded in rows, in bytes and in time.
import type { SQLInputValue } from "node:sqlite";
import type { Database } from "./database.ts";
import { transact } from "./transaction.ts";

/** How much one transaction may do. */
export interface Batch {
  /** Rows at most. */
  readonly rows: number;
  /** Bytes of contents after which no further row is begun. */
  readonly bytes: number;
}

/** A batch that takes about a millisecond, and some 10 ms where every row is as long as a row can be. */
export const SMALL_BATCH: Batch = { rows: 25, bytes: 128 * 1024 };

/**
 * Does batches of work until some time has passed or nothing is left. The last one may take longer.
 *
 * @param batch Does one batch. @returns How many rows it did; 0: none were left.
 * @returns How many rows were done, and whether none are left.
 */
export function doFor(
  milliseconds: number,
  batch: () => number,
  clock: () => number = () => performance.now(),
): { readonly rows: number; readonly done: boolean } {
  const until = clock() + milliseconds;
  let rows = 0;
  do {
    const done = batch();
    if (done === 0) return { rows, done: true };
    rows += done;
  } while (clock() < until);
  return { rows, done: false };
}

// A fifth of the time at most goes into a long piece of work.
const STEP_MS = 4;
const PAUSE_MS = 20;

/**
 * Does batches until one does nothing, in short steps with pauses, so that a server goes on serving meanwhile.
 *
 * @param batch Does one batch. @returns How many rows it did; 0: none were left.
 * @param isStopping Whether to end early.
 * @returns Whether everything is done.
 */
export async function inSteps(
  batch: () => number,
  isStopping: () => boolean = () => false,
): Promise<boolean> {
  while (!doFor(STEP_MS, batch).done) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    if (isStopping()) return false;
  }
  return true;
}

/**
 * Does something to messages that a statement finds, one by one, in one transaction.
 *
 * @param select Finds `id` and `bytes` of messages; is not read further than the batch goes.
 * @param change A statement with one parameter, the id.
 * @returns How many messages it was done to.
 */
export function changeMessages(
  database: Database,
  { select, values, change, batch }: {
    readonly select: string;
    readonly values: readonly SQLInputValue[];
    readonly change: string;
    readonly batch: Batch;
  },
): number {
  const { sqlite } = database;
  return transact(database, () => {
    const ids: number[] = [];
    let bytes = 0;
    for (const row of sqlite.prepare(select).iterate(...values)) {
      if (ids.length >= batch.rows || bytes >= batch.bytes) break;
      ids.push(row["id"] as number);
      bytes += row["bytes"] as number;
    }
    const statement = sqlite.prepare(change);
    for (const id of ids) statement.run(id);
    return ids.length;
  });
}
