// What the disk holds: the database, the room that is left, and when the last backup was made.
import { statfsSync } from "node:fs";
import { DATABASE_FILE } from "../../store/database.ts";
import { readRegularFile } from "../../store/regular_file.ts";
import { replaceFile } from "./replace_file.ts";

/** What the disk holds. What cannot be read is `NaN`. */
export interface Storage {
  /** Bytes of the database and its write-ahead log. */
  readonly databaseBytes: number;
  /** Bytes of the data directory's filesystem. */
  readonly filesystemBytes: number;
  /** Bytes of it that the server may still use. */
  readonly freeBytes: number;
  /** The last backup that was made, if one is known. */
  readonly lastBackup: LastBackup | undefined;
}

/** A backup that was made and checked. */
export interface LastBackup {
  readonly at: Date;
  readonly bytes: number;
}

/** Name of the file in the data directory by which a backup tells the server of itself. */
const LAST_BACKUP_FILE = "last_backup.json";

/** Looks at a data directory. */
export function readStorage(dataDir: string): Storage {
  return {
    databaseBytes: databaseBytes(`${dataDir}/${DATABASE_FILE}`),
    ...filesystemOf(dataDir),
    lastBackup: readLastBackup(dataDir),
  };
}

/**
 * Leaves word of a backup in the data directory, for the server that runs there.
 *
 * @throws What the file system throws.
 */
export function recordBackup(dataDir: string, { at, bytes }: LastBackup): void {
  const path = `${dataDir}/${LAST_BACKUP_FILE}`;
  // The server may be another user than the one that makes backups.
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

/** Bytes of a database and its write-ahead log; `NaN` where they cannot be read. */
export function databaseBytes(path: string): number {
  // There is no log while it is empty.
  return sizeOf(path) + (sizeOf(`${path}-wal`) || 0);
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return NaN;
  }
}

/** The filesystem that a directory is on; `NaN` where it cannot be read. */
export function filesystemOf(path: string): Pick<Storage, "filesystemBytes" | "freeBytes"> {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { filesystemBytes: blocks * bsize, freeBytes: bavail * bsize };
  } catch {
    return { filesystemBytes: NaN, freeBytes: NaN };
  }
}
