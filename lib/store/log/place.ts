// Whether a database belongs to the log of a cluster. Then only a node of the cluster may change it, because a change
// that is not in the log would make this copy differ from the others.
import type { DatabaseSync } from "node:sqlite";
import { StoreError } from "../errors.ts";

/** The table with the place in the log. Only nodes of a cluster create it. It has one row, or none. */
export const PLACE_TABLE = "log_place";

/** Whether a database belongs to the log of a cluster. */
export function belongsToLog(sqlite: DatabaseSync): boolean {
  const table = sqlite.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(PLACE_TABLE);
  return table !== undefined &&
    sqlite.prepare(`SELECT 1 FROM ${PLACE_TABLE}`).get() !== undefined;
}

/**
 * Takes a database out of its log before something else than a node changes it. It can only return to a cluster as
 * its beginning.
 *
 * @returns Whether it belonged to a log.
 */
export function leaveLog(sqlite: DatabaseSync): boolean {
  if (!belongsToLog(sqlite)) return false;
  sqlite.exec(`DELETE FROM ${PLACE_TABLE}`);
  return true;
}

/** Refuses to change a database that belongs to the log of a cluster. @throws {StoreError} */
export function refuseInLog(
  { sqlite, path }: { readonly sqlite: DatabaseSync; readonly path: string },
): void {
  if (!belongsToLog(sqlite)) return;
  throw new StoreError(
    "locked",
    `${path}: this database belongs to a cluster, and only its running server may change it. ` +
      "Start the server and use a command that goes through it.",
  );
}
