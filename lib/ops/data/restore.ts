// Replaces the database with a checked copy.
import { DatabaseSync } from "node:sqlite";
import { DATABASE_FILE } from "../../store/database.ts";
import { asStoreError } from "../../store/errors.ts";
import { leaveLog } from "../../store/log/place.ts";
import { removeIndexFile } from "../../store/search/index_file.ts";
import { lockForServer } from "../../store/server_lock.ts";
import { copyDatabase, partialOf, removePartial, syncDirectory } from "./database_copy.ts";

/** The result of a restore. */
export interface RestoreReport {
  /** The path of the restored database. */
  readonly path: string;
  /** The new path of the previous database, if there was one. */
  readonly previous: string | undefined;
}

/**
 * Replaces the database with a checked copy. The previous database stays next to it.
 *
 * @throws {StoreError} If the file is not a ClassCord database. Nothing has changed then.
 * @throws {ServerRunning} If a server uses the data directory.
 */
export async function restoreBackup(
  { file, dataDir, now }: { file: string; dataDir: string; now: Date },
): Promise<RestoreReport> {
  const lock = lockForServer(dataDir);
  try {
    const path = `${dataDir}/${DATABASE_FILE}`;
    const ready = `${path}.restoring`;
    const partial = partialOf(ready);
    removePartial(partial);
    Deno.mkdirSync(partial, { mode: 0o700 });
    await copyDatabase({ from: file, to: ready, dataDir });
    endSessions(ready);
    const aside = `${path}.before-restore-${now.toISOString().replace(/[:.]/g, "-")}`;
    const previous = moveAside(path, aside) ? aside : undefined;
    // The server rebuilds the search index for the restored messages.
    removeIndexFile(dataDir);
    Deno.renameSync(ready, path);
    syncDirectory(dataDir);
    return { path, previous };
  } catch (error) {
    throw asStoreError(error, dataDir);
  } finally {
    lock.release();
  }
}

// Deletes all tokens, because a restore must not make a token valid again that ended after the backup. Databases of
// older versions have no tokens.
function endSessions(path: string): void {
  const copy = new DatabaseSync(path);
  try {
    // A node of the cluster follows the log. What is restored does not.
    leaveLog(copy);
    const hasTable = copy.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'web_sessions'").get();
    if (hasTable === undefined) return;
    copy.exec("PRAGMA secure_delete = ON; DELETE FROM web_sessions");
  } finally {
    copy.close();
  }
}

const FILES = ["", "-wal", "-shm", "-journal"];

function moveAside(path: string, to: string): boolean {
  let moved = false;
  for (const suffix of FILES) {
    try {
      Deno.renameSync(path + suffix, to + suffix);
      moved = true;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return moved;
}
