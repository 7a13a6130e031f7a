// Makes checked copies of the database, also while the server runs.
import { DATABASE_FILE, makeDirectory, refuseNoDirectory } from "../../store/database.ts";
import { asStoreError } from "../../store/errors.ts";
import { copiesInOrder, isCopyName, nameOfCopy } from "./backup_names.ts";
import { copyDatabase, PARTIAL, partialOf, removePartial } from "./database_copy.ts";
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

/** A backup that has begun. */
export interface BegunBackup extends BackupOptions {
  /** The path that the copy will have. */
  readonly path: string;
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

/**
 * Begins a backup: chooses the name of the copy and prepares its place. Leftovers of killed backups are removed.
 *
 * @returns The backup, for {@linkcode finishBackup} or {@linkcode abandonBackup}.
 * @throws {StoreError}
 */
export function beginBackup(options: BackupOptions): BegunBackup {
  const { dataDir, directory, now } = options;
  refuseNoDirectory(dataDir);
  makeDirectory(directory, dataDir);
  try {
    removeAbandoned(directory, now);
    const path = `${directory}/${nameOfCopy(filesIn(directory), now)}`;
    Deno.mkdirSync(partialOf(path), { mode: 0o700 });
    return { ...options, path };
  } catch (error) {
    throw asStoreError(error, directory);
  }
}

/**
 * Copies the database, checks every page of the copy, and removes the oldest copies. An incomplete copy never has the
 * name of a backup.
 *
 * @throws {StoreError}
 */
export async function finishBackup(begun: BegunBackup): Promise<BackupReport> {
  const { dataDir, directory, keep, now, path } = begun;
  await copyDatabase({ from: `${dataDir}/${DATABASE_FILE}`, to: path, dataDir });
  const bytes = Deno.statSync(path).size;
  const removed = prune(directory, keep);
  return { path, bytes, removed, untold: tellServer(dataDir, { at: now, bytes }) };
}

/** Removes an incomplete copy. If another thread still works in {@linkcode finishBackup}, that fails. */
export function abandonBackup({ path }: BegunBackup): void {
  removePartial(partialOf(path));
}

function tellServer(dataDir: string, backup: LastBackup): string | undefined {
  try {
    recordBackup(dataDir, backup);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
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
  for (const { name } of Deno.readDirSync(directory)) {
    if (!name.endsWith(PARTIAL) || !isCopyName(name.slice(0, -PARTIAL.length))) continue;
    const path = `${directory}/${name}`;
    if (now.getTime() - writtenAt(path) >= ABANDONED_MS) removePartial(path);
  }
}

// When something was last written to a file, or to a directory and the files in it.
function writtenAt(path: string): number {
  const { mtime, isDirectory } = Deno.statSync(path);
  const inside = isDirectory ? [...Deno.readDirSync(path)] : [];
  return Math.max(mtime?.getTime() ?? 0, ...inside.map(({ name }) => writtenAt(`${path}/${name}`)));
}
