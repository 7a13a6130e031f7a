// Reads and writes the place in the log up to which a database has all changes, and the place of the last erasure.
import type { DatabaseSync } from "node:sqlite";
import type { LogPlace } from "../batch.ts";
import { PLACE_TABLE } from "../../store/log/place.ts";

// Without a primary key, SQLite's sessions do not record it. `applying` is 1 only inside a transaction. `erased` is the
// place that was stored together with the last erasure of a person; -1 only inside a transaction.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS ${PLACE_TABLE} (
    log      TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    applying INTEGER NOT NULL DEFAULT 0,
    erased   INTEGER NOT NULL DEFAULT 0
  ) STRICT`;
// Every erasure has an entry in the audit log, in the same transaction.
const NOTE_ERASURES = `
  CREATE TRIGGER IF NOT EXISTS log_erased AFTER INSERT ON audit WHEN new.action = 'user_erase' BEGIN
    UPDATE ${PLACE_TABLE} SET erased = -1;
  END`;

/** Creates the table of the place. */
export function createPlace(sqlite: DatabaseSync): void {
  sqlite.exec(SCHEMA);
  const columns = sqlite.prepare(`SELECT name FROM pragma_table_info('${PLACE_TABLE}')`).all();
  if (!columns.some(({ name }) => name === "erased")) {
    sqlite.exec(`ALTER TABLE ${PLACE_TABLE} ADD COLUMN erased INTEGER NOT NULL DEFAULT 0`);
  }
  sqlite.exec(NOTE_ERASURES);
}

/** Returns the place; `undefined` if the database belongs to no log. */
export function readPlace(sqlite: DatabaseSync): LogPlace | undefined {
  const exists = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(PLACE_TABLE);
  if (exists === undefined) return undefined;
  const row = sqlite.prepare(`SELECT log, sequence FROM ${PLACE_TABLE}`).get();
  return row && { log: row["log"] as string, sequence: row["sequence"] as number };
}

/**
 * Returns a function that reads the place up to which the log may have data of people who were erased, as it was last
 * stored; 0 if nobody was.
 */
export function erasedReader(sqlite: DatabaseSync): () => number {
  const statement = sqlite.prepare(`SELECT max(erased, 0) AS erased FROM ${PLACE_TABLE}`);
  return () => (statement.get()?.["erased"] ?? 0) as number;
}

/** Sets the place. */
export function writePlace(sqlite: DatabaseSync, place: LogPlace): void {
  if (placeWriter(sqlite)(place)) return;
  const { log, sequence } = place;
  sqlite.prepare(`INSERT INTO ${PLACE_TABLE} (log, sequence) VALUES (?, ?)`).run(log, sequence);
}

/** Returns a function that changes the place. It returns whether there was one. */
export function placeWriter(sqlite: DatabaseSync): (place: LogPlace) => boolean {
  const statement = sqlite.prepare(
    `UPDATE ${PLACE_TABLE} SET log = ?1, sequence = ?2, erased = iif(erased < 0, ?2, erased)`,
  );
  return ({ log, sequence }) => Number(statement.run(log, sequence).changes) > 0;
}
