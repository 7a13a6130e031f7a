// Several writes as one, all of them or none; and several reads of one state.
import type { Database } from "./database.ts";

/**
 * Runs `work` in one transaction; within another one, as a part of that.
 *
 * @throws What `work` throws; then nothing has changed.
 */
export function transact<T>({ sqlite }: Pick<Database, "sqlite">, work: () => T): T {
  if (sqlite.isTransaction) return work();
  sqlite.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    sqlite.exec("COMMIT");
    return result;
  } catch (error) {
    if (sqlite.isTransaction) sqlite.exec("ROLLBACK");
    throw error;
  }
}

/**
 * Runs `work`, which only reads, on one state of the database. Others write meanwhile.
 *
 * @throws What `work` throws.
 */
export function readConsistently<T>({ sqlite }: Pick<Database, "sqlite">, work: () => T): T {
  if (sqlite.isTransaction) return work();
  sqlite.exec("BEGIN");
  try {
    return work();
  } finally {
    sqlite.exec("ROLLBACK");
  }
}
