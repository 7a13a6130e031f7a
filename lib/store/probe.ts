// Checks whether the database can be written, without writing anything.
import type { DatabaseSync } from "node:sqlite";

const BUSY = 5;

/**
 * Begins a write transaction and rolls it back. It never waits: a database that another process is writing counts as
 * writable.
 *
 * @throws The error of SQLite, if the database cannot be written.
 */
export function probeWritable(sqlite: DatabaseSync): void {
  // The leader of a cluster holds a transaction open. It notices by itself if it cannot write.
  if (sqlite.isTransaction) return;
  const wait = sqlite.prepare("PRAGMA busy_timeout").get()!["timeout"] as number;
  sqlite.exec("PRAGMA busy_timeout = 0");
  try {
    sqlite.exec("BEGIN IMMEDIATE");
    try {
      // Deletes nothing. Without a statement that might write, SQLite does not report the problem.
      sqlite.exec("DELETE FROM accounts WHERE 0");
    } finally {
      sqlite.exec("ROLLBACK");
    }
  } catch (error) {
    if (!isBusy(error)) throw error;
  } finally {
    sqlite.exec(`PRAGMA busy_timeout = ${wait}`);
  }
}

// `exec` sets no error code, so the text decides.
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { errcode?: number }).errcode ?? 0;
  return (code & 0xff) === BUSY || /database (is|table is) locked/.test(error.message);
}
