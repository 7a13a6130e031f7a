// Reads and writes the place in the log up to which a database has all changes.
import type { DatabaseSync } from "node:sqlite";
import type { LogPlace } from "../batch.ts";
import { PLACE_TABLE } from "../../store/log/place.ts";

// Without a primary key, SQLite's sessions do not record it. `applying` is 1 only inside a transaction.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${PLACE_TABLE} (
    log      TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    applying INTEGER NOT NULL DEFAULT 0
  ) STRICT`;

/** Creates the table of the place. */
export function createPlace(sqlite: DatabaseSync): void {
  sqlite.exec(SCHEMA);
}

/** Returns the place; `undefined` if the database belongs to no log. */
export function readPlace(sqlite: DatabaseSync): LogPlace | undefined {
  const exists = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(PLACE_TABLE);
  if (exists === undefined) return undefined;
  const row = sqlite.prepare(`SELECT log, sequence FROM ${PLACE_TABLE}`).get();
  return row && { log: row["log"] as string, sequence: row["sequence"] as number };
}

/** Sets the place. */
export function writePlace(sqlite: DatabaseSync, { log, sequence }: LogPlace): void {
  const updated = sqlite.prepare(`UPDATE ${PLACE_TABLE} SET log = ?, sequence = ?`)
    .run(log, sequence);
  if (Number(updated.changes) > 0) return;
  sqlite.prepare(`INSERT INTO ${PLACE_TABLE} (log, sequence) VALUES (?, ?)`).run(log, sequence);
}
