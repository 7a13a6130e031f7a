// The copy of a database that one node gives to another: how it is made, checked and put into place.
import { backup, DatabaseSync } from "node:sqlite";
import { DATABASE_FILE } from "../../store/database.ts";
import { inspect } from "../../store/inspect.ts";
import { giveToOwnerOf } from "../../store/owner.ts";
import { fitPlace, type LogRange } from "./place_check.ts";
import { readPlace } from "./place.ts";

/** A copy that arrived cannot be used. Nothing was put into place. */
export class CopyUnfit extends Error {
  override readonly name = "CopyUnfit";
}

const COMPANIONS = ["", "-wal", "-shm", "-journal"];

/**
 * Copies the database of a data directory to a file, as it was last committed. Others can write meanwhile. SQLite
 * copies without a pause, about 5 ms for each megabyte: run it in a worker.
 *
 * @throws The error of SQLite or the file system. The file does not exist then.
 */
export async function copyDatabaseFile(dataDir: string, to: string): Promise<void> {
  removeFile(to);
  let source: DatabaseSync | undefined;
  try {
    source = new DatabaseSync(`${dataDir}/${DATABASE_FILE}`, { readOnly: true });
    // Without a read transaction, SQLite restarts the copy at each write of the server.
    source.exec("BEGIN");
    source.prepare("SELECT count(*) FROM sqlite_schema").get();
    Deno.openSync(to, { write: true, createNew: true, mode: 0o600 }).close();
    await backup(source, to);
  } catch (error) {
    removeFile(to);
    throw error;
  } finally {
    source?.close();
  }
}

/** Whether a data directory has no database yet. */
export function lacksDatabase(dataDir: string): boolean {
  try {
    return Deno.statSync(`${dataDir}/${DATABASE_FILE}`).size === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return true;
    throw error;
  }
}

/**
 * Whether the database of a directory belongs to a log that does not go back as far. The log has had everything that is
 * in it, so a copy may replace it.
 */
export function isLeftBehind(dataDir: string, { identity, first }: LogRange): boolean {
  let sqlite: DatabaseSync | undefined;
  try {
    sqlite = new DatabaseSync(`${dataDir}/${DATABASE_FILE}`, { readOnly: true });
    const place = readPlace(sqlite);
    return place?.log === identity && place.sequence + 1 < first;
  } catch {
    // Opening it for the server says what is wrong.
    return false;
  } finally {
    sqlite?.close();
  }
}

/**
 * Puts a copy that has arrived into place, if it is whole and the log continues it.
 *
 * @param path The file with the copy, in the data directory.
 * @throws {CopyUnfit} The file is removed then.
 */
export function installCopy(path: string, dataDir: string, log: LogRange): void {
  try {
    checkCopy(path, log);
    using file = Deno.openSync(path, { read: true, write: true });
    file.syncSync();
    giveToOwnerOf(dataDir, path);
    const to = `${dataDir}/${DATABASE_FILE}`;
    // A log that is left there belongs to another database.
    removeFile(to);
    Deno.renameSync(path, to);
    using directory = Deno.openSync(dataDir);
    directory.syncSync();
  } catch (error) {
    removeFile(path);
    throw error;
  }
}

function checkCopy(path: string, log: LogRange): void {
  const sqlite = new DatabaseSync(path);
  try {
    // One file, without companion files.
    sqlite.exec("PRAGMA journal_mode = DELETE");
    // The copy may be of an older version, which the log migrates.
    inspect(sqlite, path, true);
    if (fitPlace(readPlace(sqlite), log) === "copy") {
      throw new CopyUnfit("the copy is too old: the log does not go back as far.");
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CopyUnfit(`The copy of the database cannot be used: ${reason}`, { cause });
  } finally {
    sqlite.close();
  }
}

/** Removes a database file and its companions, if they exist. */
export function removeFile(path: string): void {
  for (const suffix of COMPANIONS) {
    try {
      Deno.removeSync(path + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
