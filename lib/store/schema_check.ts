// Whether a database has everything that its schema version says it has.
import { DatabaseSync } from "node:sqlite";
import { migrate } from "./migrations.ts";

/**
 * Compares the tables, columns, indexes, views and triggers of a database with those that migrations make.
 * What it has besides does not matter.
 *
 * @param version Its schema version, from 1 to the newest one.
 * @returns The first thing that is missing, such as `table accounts`; `undefined` where nothing is.
 */
export function missingFromSchema(sqlite: DatabaseSync, version: number): string | undefined {
  const model = new DatabaseSync(":memory:");
  try {
    migrate(model, 0, version);
    const found = new Set(partsOf(sqlite));
    return partsOf(model).find((part) => !found.has(part));
  } finally {
    model.close();
  }
}

// Automatic indexes have names of SQLite's own.
const PARTS = `
  SELECT type || ' ' || name AS part FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex_%'
  UNION ALL
  SELECT 'column ' || s.name || '.' || c.name FROM sqlite_schema s, pragma_table_info(s.name) c
   WHERE s.type = 'table'`;

function partsOf(sqlite: DatabaseSync): string[] {
  return sqlite.prepare(PARTS).all().map(({ part }) => String(part));
}
