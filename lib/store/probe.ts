// Whether the database can be written, found out without writing anything.
import type { DatabaseSync } from "node:sqlite";

const BUSY = 5;

/**
 * Begins a transaction that writes, and takes it back. Never waits: a database that somebody else is writing
 * can be written.
 *
 * @throws What SQLite throws, where it cannot be.
 */
export function probeWritable(sqlite: DatabaseSync): void {
  const wait = sqlite.prepare("PRAGMA busy_timeout").get()!["timeout"] as number;
  sqlite.exec("PRAGMA busy_timeout = 0");
  try {
    sqlite.exec("BEGIN IMMEDIATE");
    try {
      // Deletes nothing; without a statement that might write, SQLite does not mind that it cannot.
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

// `exec` sets no code, so the text has to do.
function isBusy(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { errcode?: number }).errcode ?? 0;
  return (code & 0xff) === BUSY || /database (is|table is) locked/.test(error.message);
}
