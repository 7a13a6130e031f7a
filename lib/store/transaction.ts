// Runs several writes in one transaction, or several reads on one state of the database.
import type { Database } from "./database.ts";

/**
 * Runs `work` in a transaction. If one is open, `work` becomes part of it.
 *
 * @throws The error of `work`. Nothing has changed then.
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
 * Runs `work`, which only reads, on one state of the database. Others can write meanwhile.
 *
 * @throws The error of `work`.
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
