// Several writes as one: all of them, or none.
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
