// Measures the size of the database and the free disk space, and records the last backup.
import { statfsSync } from "node:fs";
import { DATABASE_FILE } from "../../store/database.ts";
import { readRegularFile } from "../../store/regular_file.ts";
import { replaceFile } from "./replace_file.ts";

/** The state of the disk. Values that cannot be read are `NaN`. */
export interface Storage {
  /** The size of the database and its write-ahead log, in bytes. */
  readonly databaseBytes: number;
  /** The size of the data directory's filesystem, in bytes. */
  readonly filesystemBytes: number;
  /** The free bytes that the server may use. */
  readonly freeBytes: number;
  /** The last known backup. */
  readonly lastBackup: LastBackup | undefined;
}

/** A completed and checked backup. */
export interface LastBackup {
  readonly at: Date;
  readonly bytes: number;
}

/** The file in the data directory through which a backup is reported to the server. */
const LAST_BACKUP_FILE = "last_backup.json";

/** Reads the state of a data directory. */
export function readStorage(dataDir: string): Storage {
  return {
    databaseBytes: databaseBytes(`${dataDir}/${DATABASE_FILE}`),
    ...filesystemOf(dataDir),
    lastBackup: readLastBackup(dataDir),
  };
}

/**
 * Records a backup in the data directory, for the server that uses it.
 *
 * @throws The error of the file system.
 */
export function recordBackup(dataDir: string, { at, bytes }: LastBackup): void {
  const path = `${dataDir}/${LAST_BACKUP_FILE}`;
  // The server may run as another user than the backup.
  const text = `${JSON.stringify({ at: at.toISOString(), bytes })}\n`;
  replaceFile(path, text, { mode: 0o644, dataDir });
}

function readLastBackup(dataDir: string): LastBackup | undefined {
  try {
    const { at, bytes } = JSON.parse(readRegularFile(`${dataDir}/${LAST_BACKUP_FILE}`));
    const date = new Date(at);
    return Number.isFinite(date.getTime()) && typeof bytes === "number"
      ? { at: date, bytes }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the size of a database and its write-ahead log in bytes; `NaN` if it cannot be read. */
export function databaseBytes(path: string): number {
  // An empty log has no file.
  return sizeOf(path) + (sizeOf(`${path}-wal`) || 0);
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return NaN;
  }
}

/** Returns the size and the free space of a directory's filesystem; `NaN` if they cannot be read. */
export function filesystemOf(path: string): Pick<Storage, "filesystemBytes" | "freeBytes"> {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { filesystemBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    return { filesystemBytes: NaN, freeBytes: NaN };
  }
}
