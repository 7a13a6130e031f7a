// Checks that a SQLite file is a valid ClassCord database: application id, schema version, pages and tables.
import { DatabaseSync } from "node:sqlite";
import { corrupt, StoreError } from "./errors.ts";
import { migrate, SCHEMA_VERSION } from "./migrations.ts";

/** Marks a SQLite file as a ClassCord database ("ClCd" in ASCII), in its header. */
export const APPLICATION_ID = 0x436c4364;

// Smaller files are checked completely at every start. For larger files that would delay the start.
const CHECK_BELOW_BYTES = 32 * 1024 * 1024;

/**
 * Checks that an open SQLite file is a ClassCord database that this program can use.
 *
 * @param thorough Check every page, whatever the size.
 * @throws {StoreError} Of kind `foreign`, `newer` or `corrupt`.
 */
export function inspect(sqlite: DatabaseSync, path: string, thorough = false): void {
  const id = readPragma(sqlite, "application_id");
  const tables = sqlite.prepare("SELECT count(*) AS n FROM sqlite_schema").get()!["n"] as number;
  if (id !== APPLICATION_ID && (id !== 0 || tables > 0 || thorough)) {
    throw new StoreError(
      "foreign",
      `${path}: expected a ClassCord database, got another program's SQLite file.`,
    );
  }
  const version = readPragma(sqlite, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      "newer",
      `${path}: expected schema version ${SCHEMA_VERSION} or older, got ${version}. ` +
        "It was written by a newer ClassCord: run that one.",
    );
  }
  checkPages(sqlite, path, thorough);
  // A start that was interrupted may have left an empty database. A copy is never empty.
  if (version !== 0 || tables > 0 || thorough) checkSchema(sqlite, path, version);
}

function checkSchema(sqlite: DatabaseSync, path: string, version: number): void {
  if (version < 1) throw corrupt(path, `its schema version is ${version}, expected 1 or more`);
  const found = partsOf(sqlite);
  const parts = partsOfVersion(version);
  const missing = parts.find((part) => !found.includes(part));
  if (missing !== undefined) {
    throw corrupt(path, `schema version ${version} lacks the ${missing}`);
  }
  if (version === SCHEMA_VERSION) return;
  // The migrations from there on would fail.
  const later = partsOfVersion(SCHEMA_VERSION).find((part) =>
    found.includes(part) && !parts.includes(part)
  );
  if (later !== undefined) {
    throw corrupt(path, `schema version ${version} has the ${later} of a later version`);
  }
}

function checkPages(sqlite: DatabaseSync, path: string, thorough: boolean): void {
  const bytes = readPragma(sqlite, "page_count") * readPragma(sqlite, "page_size");
  if (!thorough && bytes > CHECK_BELOW_BYTES) return;
  const pragma = thorough ? "integrity_check" : "quick_check";
  const result = sqlite.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma];
  if (result !== "ok") throw corrupt(path, String(result).replace(/\s+/g, " "));
  const orphan = thorough ? sqlite.prepare("PRAGMA foreign_key_check").get() : undefined;
  if (orphan !== undefined) throw corrupt(path, "a row refers to an account that is missing");
}

/** Returns the number that a pragma reports. */
export function readPragma(sqlite: DatabaseSync, name: string): number {
  return sqlite.prepare(`PRAGMA ${name}`).get()?.[name] as number;
}

/** Returns the tables, columns, indexes, views and triggers that the migrations create up to a version. */
function partsOfVersion(version: number): string[] {
  const model = new DatabaseSync(":memory:");
  try {
    migrate(model, 0, version);
    return partsOf(model);
  } finally {
    model.close();
  }
}

// SQLite chooses the names of automatic indexes.
const PARTS = `
  SELECT type || ' ' || name AS part FROM sqlite_schema WHERE name NOT LIKE 'sqlite_autoindex_%'
  UNION ALL
  SELECT 'column ' || s.name || '.' || c.name FROM sqlite_schema s, pragma_table_info(s.name) c
   WHERE s.type = 'table'`;

/** Tables, columns, indexes, views and triggers, such as `table accounts`. */
function partsOf(sqlite: DatabaseSync): string[] {
  return sqlite.prepare(PARTS).all().map(({ part }) => String(part));
}
