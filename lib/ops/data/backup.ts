// Makes, checks and restores copies of the database. Copies can be made while the server runs.
import { backup, DatabaseSync } from "node:sqlite";
import { DATABASE_FILE, makeDirectory, refuseNoDirectory } from "../../store/database.ts";
import { asStoreError } from "../../store/errors.ts";
import { inspect } from "../../store/inspect.ts";
import { leaveLog } from "../../store/log/place.ts";
import { giveToOwnerOf } from "../../store/owner.ts";
import { refuseSpecialFile } from "../../store/regular_file.ts";
import { removeIndexFile } from "../../store/search/index_file.ts";
import { lockForServer } from "../../store/server_lock.ts";
import { copiesInOrder, isCopyName, nameOfCopy } from "./backup_names.ts";
import { type LastBackup, recordBackup } from "./storage.ts";

/** Options of a backup. */
export interface BackupOptions {
  readonly dataDir: string;
  /** The directory for the copy; created if it is missing. */
  readonly directory: string;
  /** The number of copies to keep, including this one; 0 for all. */
  readonly keep: number;
  readonly now: Date;
}

/** The result of a backup. */
export interface BackupReport {
  /** The path of the copy. */
  readonly path: string;
  readonly bytes: number;
  /** The paths of the older copies that were removed. */
  readonly removed: readonly string[];
  /** The reason why the backup could not be reported to the server, if so. The copy is still good. */
  readonly untold: string | undefined;
}

const PARTIAL = ".partial";

/**
 * Copies the database to `directory`, checks every page of the copy, and removes the oldest copies. An incomplete
 * copy never has the name of a backup. Leftovers of a killed backup process are removed.
 *
 * @throws {StoreError}
 */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  const { dataDir, directory, keep, now } = options;
  refuseNoDirectory(dataDir);
  makeDirectory(directory, dataDir);
  removeAbandoned(directory, now);
  const path = `${directory}/${nameOfCopy(filesIn(directory), now)}`;
  await copyDatabase(`${dataDir}/${DATABASE_FILE}`, path, dataDir);
  const bytes = Deno.statSync(path).size;
  const removed = prune(directory, keep);
  return { path, bytes, removed, untold: tellServer(dataDir, { at: now, bytes }) };
}

/** Removes the incomplete copy of a {@linkcode makeBackup} call with these options. */
export function removePartialBackup({ directory, now }: BackupOptions): void {
  let files: string[];
  try {
    files = filesIn(directory);
  } catch {
    // The backup has not begun.
    return;
  }
  for (const name of files) {
    const isPartial = name.endsWith(PARTIAL) && name.startsWith(nameOfCopy([], now).slice(0, -3));
    if (isPartial) removeDatabase(`${directory}/${name}`);
  }
}

function tellServer(dataDir: string, backup: LastBackup): string | undefined {
  try {
    recordBackup(dataDir, backup);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

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
    await copyDatabase(file, ready, dataDir);
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

/**
 * Copies a database while others write to it. `to` appears only when the copy is complete. The owner of `dataDir`
 * owns it.
 */
async function copyDatabase(from: string, to: string, dataDir: string): Promise<void> {
  const partial = to + PARTIAL;
  let source: DatabaseSync | undefined;
  try {
    // SQLite would create a missing file, and would wait for the other end of a FIFO.
    Deno.statSync(from);
    refuseSpecialFile(from);
    removeDatabase(partial);
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
    removeDatabase(partial);
    // Only the copy needs disk space.
    const full = error instanceof Error && /disk is full|os error 28/.test(error.message);
    throw asStoreError(error, full ? to : from);
  } finally {
    source?.close();
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

function prune(directory: string, keep: number): string[] {
  if (keep === 0) return [];
  const names = copiesInOrder(filesIn(directory));
  const removed = names.slice(0, Math.max(0, names.length - keep))
    .map((name) => `${directory}/${name}`);
  for (const path of removed) Deno.removeSync(path);
  return removed;
}

function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].filter(({ isDirectory }) => !isDirectory)
    .map(({ name }) => name);
}

// Two copies rarely run at once. If nothing has written to a copy for an hour, its process has ended.
const ABANDONED_MS = 3_600_000;

function removeAbandoned(directory: string, now: Date): void {
  for (const name of filesIn(directory)) {
    if (!name.endsWith(PARTIAL) || !isCopyName(name.slice(0, -PARTIAL.length))) continue;
    const { mtime } = Deno.statSync(`${directory}/${name}`);
    if (mtime !== null && now.getTime() - mtime.getTime() < ABANDONED_MS) continue;
    removeDatabase(`${directory}/${name}`);
  }
}

const COMPANIONS = ["", "-wal", "-shm", "-journal"];

function removeDatabase(path: string): void {
  for (const suffix of COMPANIONS) {
    try {
      Deno.removeSync(path + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

function moveAside(path: string, to: string): boolean {
  let moved = false;
  for (const suffix of COMPANIONS) {
    try {
      Deno.renameSync(path + suffix, to + suffix);
      moved = true;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return moved;
}

// The new name of a file is safe only after its directory is synced.
function syncDirectory(path: string): void {
  const directory = Deno.openSync(path === "" ? "/" : path);
  directory.syncSync();
  directory.close();
}
