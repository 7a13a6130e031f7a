// Copies a database to a checked file, while others may write to it.
import { backup, DatabaseSync } from "node:sqlite";
import { DATABASE_FILE } from "../../store/database.ts";
import { asStoreError } from "../../store/errors.ts";
import { inspect } from "../../store/inspect.ts";
import { giveToOwnerOf } from "../../store/owner.ts";
import { refuseSpecialFile } from "../../store/regular_file.ts";

/** What follows the name of a copy in the name of the directory in which it is made. */
export const PARTIAL = ".partial";

/** What is copied, and where to. */
export interface DatabaseCopy {
  readonly from: string;
  /** The path of the copy. It appears when the copy is complete. */
  readonly to: string;
  /** The directory whose owner gets the copy. */
  readonly dataDir: string;
}

/** Returns the directory in which a copy is made. It is removed when the copy is complete. */
export function partialOf(to: string): string {
  return to + PARTIAL;
}

/**
 * Copies a database while others write to it, and checks every page of the copy.
 *
 * The caller has created the directory {@linkcode partialOf}. Everything that belongs to an incomplete copy is in it, and
 * without it no file is created. So the copy can be abandoned while SQLite works on it: see {@linkcode removePartial}.
 *
 * @throws {StoreError}
 */
export async function copyDatabase({ from, to, dataDir }: DatabaseCopy): Promise<void> {
  const directory = partialOf(to);
  const partial = `${directory}/${DATABASE_FILE}`;
  let source: DatabaseSync | undefined;
  try {
    // SQLite would create a missing file, and would wait for the other end of a FIFO.
    Deno.statSync(from);
    refuseSpecialFile(from);
    Deno.openSync(partial, { write: true, createNew: true, mode: 0o600 }).close();
    source = new DatabaseSync(from, { readOnly: true });
    // Without a read transaction, SQLite restarts the copy at each write of the server.
    source.exec("BEGIN");
    // If even reading needs disk space, this statement fails with that error; `backup` does not report it.
    source.prepare("SELECT count(*) FROM sqlite_schema").get();
    await backup(source, partial);
    checkCopy(partial, from);
    const file = Deno.openSync(partial, { read: true, write: true });
    file.syncDataSync();
    file.close();
    giveToOwnerOf(dataDir, partial);
    Deno.renameSync(partial, to);
    syncDirectory(to.replace(/\/[^/]*$/, ""));
  } catch (error) {
    // Only the copy needs disk space.
    const full = error instanceof Error && /disk is full|os error 28/.test(error.message);
    throw asStoreError(error, full ? to : from);
  } finally {
    source?.close();
    removePartial(directory);
  }
}

/** Removes the directory of an incomplete copy, also while SQLite creates files in it. */
export function removePartial(directory: string): void {
  for (let attempts = 100;; attempts--) {
    try {
      return Deno.removeSync(directory, { recursive: true });
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return;
      if (attempts === 0) throw error;
    }
  }
}

function checkCopy(path: string, origin: string): void {
  const copy = new DatabaseSync(path);
  try {
    inspect(copy, origin, true);
    // One file, without companion files.
    copy.exec("PRAGMA journal_mode = DELETE");
  } finally {
    copy.close();
  }
}

/** Syncs a directory, because the new name of a file in it is safe only then. */
export function syncDirectory(path: string): void {
  const directory = Deno.openSync(path === "" ? "/" : path);
  directory.syncSync();
  directory.close();
}
