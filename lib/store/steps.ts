// Does long work on the database in short steps, bounded in rows, bytes and time, so that the server keeps serving.
import type { SQLInputValue } from "node:sqlite";
import type { Database } from "./database.ts";
import { transact } from "./transaction.ts";

/** How much one transaction may do. */
export interface Batch {
  /** The maximum number of rows. */
  readonly rows: number;
  /** No further row is begun after this many bytes of content. */
  readonly bytes: number;
}

/** Takes about one millisecond; about 10 ms if every row has the maximum length. */
export const SMALL_BATCH: Batch = { rows: 25, bytes: 128 * 1024 };

/**
 * Runs batches until the time is over or no rows are left. The last batch may exceed the time.
 *
 * @param batch Does one batch. Returns the number of rows; 0 if none were left.
 * @returns The number of rows, and whether none are left.
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

// A long piece of work uses at most a fifth of the time.
const STEP_MS = 4;
const PAUSE_MS = 20;

/**
 * Runs batches until none are left, in short steps with pauses, so that the server keeps serving.
 *
 * @param batch Does one batch. Returns the number of rows; 0 if none were left.
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
 * Runs a statement on each message of a batch, in one transaction.
 *
 * @param select Selects `id` and `bytes` of messages. It is read only as far as the batch goes.
 * @param change A statement with one parameter, the id.
 * @returns The number of messages.
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
