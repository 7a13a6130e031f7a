// Copies of the database: made while the server runs, checked before they count, and put back.
import { lchownSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { asStoreError, DATABASE_FILE, inspect, makeDirectory } from "../store/database.ts";
import { removeIndexFile } from "../store/search/index_file.ts";
import { lockForServer } from "../store/server_lock.ts";
import { type LastBackup, recordBackup } from "./storage.ts";

/** What a backup is made from. */
export interface BackupOptions {
  readonly dataDir: string;
  /** Directory the copy is put into; created if it is missing. */
  readonly directory: string;
  /** How many copies are kept, this one included; 0 for all. */
  readonly keep: number;
  readonly now: Date;
}

/** What a backup did. */
export interface BackupReport {
  /** Path of the copy. */
  readonly path: string;
  readonly bytes: number;
  /** Paths of the older copies that were removed. */
  readonly removed: readonly string[];
  /** Why the server cannot be told of it, if so: the copy is good all the same. */
  readonly untold: string | undefined;
}

const NAME = /^classcord-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z\.db$/;

/**
 * Copies the database into `directory`, checks every page of the copy, and removes the oldest ones.
 * A copy that is not whole never bears the name of one.
 *
 * @throws {StoreError}
 */
export async function makeBackup(options: BackupOptions): Promise<BackupReport> {
  const { dataDir, directory, keep, now } = options;
  makeDirectory(directory);
  const path = `${directory}/classcord-${now.toISOString().replace(/[:.]/g, "-")}.db`;
  await copyDatabase(`${dataDir}/${DATABASE_FILE}`, path);
  const bytes = Deno.statSync(path).size;
  const removed = prune(directory, keep);
  return { path, bytes, removed, untold: tellServer(dataDir, { at: now, bytes }) };
}

function tellServer(dataDir: string, backup: LastBackup): string | undefined {
  try {
    recordBackup(dataDir, backup);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What restoring did. */
export interface RestoreReport {
  /** Path of the database that is in use from now on. */
  readonly path: string;
  /** Where the one before it was put, if there was one. */
  readonly previous: string | undefined;
}

/**
 * Puts a checked copy in the place of the database; the one before is kept beside it.
 *
 * @throws {StoreError} where the file is no ClassCord database; nothing has changed then.
 * @throws {ServerRunning} where a server uses the data directory.
 */
export async function restoreBackup(
  { file, dataDir, now }: { file: string; dataDir: string; now: Date },
): Promise<RestoreReport> {
  const lock = lockForServer(dataDir);
  try {
    const path = `${dataDir}/${DATABASE_FILE}`;
    const ready = `${path}.restoring`;
    await copyDatabase(file, ready);
    giveToOwnerOf(dataDir, ready);
    const aside = `${path}.before-restore-${now.toISOString().replace(/[:.]/g, "-")}`;
    const previous = moveAside(path, aside) ? aside : undefined;
    // The server builds the search index of the restored messages anew.
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

/** Copies a database, whoever writes to it meanwhile; `to` appears only when the copy is whole. */
async function copyDatabase(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  let source: DatabaseSync | undefined;
  try {
    // SQLite would create what is missing.
    Deno.statSync(from);
    removeDatabase(partial);
    Deno.openSync(partial, { write: true, createNew: true, mode: 0o600 }).close();
    source = new DatabaseSync(from, { readOnly: true });
    await backup(source, partial);
    checkCopy(partial, from);
    const file = Deno.openSync(partial, { read: true, write: true });
    file.syncDataSync();
    file.close();
    Deno.renameSync(partial, to);
    syncDirectory(to.replace(/\/[^/]*$/, ""));
  } catch (error) {
    removeDatabase(partial);
    // Only the copy takes room.
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
    // One file, without companions.
    copy.exec("PRAGMA journal_mode = DELETE");
  } finally {
    copy.close();
  }
}

function prune(directory: string, keep: number): string[] {
  if (keep === 0) return [];
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name)
    .filter((name) => NAME.test(name)).sort();
  const removed = names.slice(0, Math.max(0, names.length - keep))
    .map((name) => `${directory}/${name}`);
  for (const path of removed) Deno.removeSync(path);
  return removed;
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

// Root restores; the server has a user of its own.
function giveToOwnerOf(directory: string, path: string): void {
  const { uid, gid } = Deno.statSync(directory);
  if (uid !== null && gid !== null && Deno.statSync(path).uid !== uid) {
    // Not through a link that the server's user may have laid there.
    lchownSync(path, uid, gid);
  }
}

// The new name of a file is on the disk when its directory is.
function syncDirectory(path: string): void {
  const directory = Deno.openSync(path === "" ? "/" : path);
  directory.syncSync();
  directory.close();
}
