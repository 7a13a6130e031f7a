// Migrates the databases of nodes, all at the same place in the log: the leader first, the others when they read it.
import type { DatabaseSync } from "node:sqlite";
import { readPragma } from "../../store/inspect.ts";
import { migrate, migrateWithin, SCHEMA_VERSION } from "../../store/migrations.ts";
import { prepareForLog } from "./fitting.ts";
import type { HeldSqlite } from "./held_sqlite.ts";

/**
 * Migrates the database of a node that begins to lead, if this version of the program has a newer schema.
 *
 * @returns Whether it did. The next batch has to tell the other nodes.
 */
export function migrateLeader(sqlite: DatabaseSync, held: Pick<HeldSqlite, "begin">): boolean {
  const version = readPragma(sqlite, "user_version");
  if (version >= SCHEMA_VERSION) return false;
  held.begin();
  migrateWithin(sqlite, version);
  prepareForLog(sqlite);
  return true;
}

/** Migrates a copy to the version that its leader has now, outside of a transaction. */
export function migrateCopy(sqlite: DatabaseSync, to: number): void {
  // As on a leader.
  sqlite.exec("PRAGMA foreign_keys = ON");
  try {
    migrate(sqlite, readPragma(sqlite, "user_version"), to);
    prepareForLog(sqlite);
  } finally {
    sqlite.exec("PRAGMA foreign_keys = OFF");
  }
}
