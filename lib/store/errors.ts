// Errors of opening and using the database, with messages that an administrator can act on.
import { reasonOf, SpecialFile } from "./regular_file.ts";

/** What is wrong with the database or its directory. */
export type StoreFailure = "not_writable" | "locked" | "newer" | "foreign" | "corrupt" | "io";

/** A failure that is not a bug. The message names the path, what was expected and what was found. */
export class StoreError extends Error {
  override readonly name = "StoreError";

  constructor(readonly kind: StoreFailure, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** An account or a channel of that name exists. */
export class NameTaken extends Error {
  override readonly name = "NameTaken";
}

const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** Whether SQLite rejected a row because its key exists. */
export function isUniqueViolation(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === SQLITE_CONSTRAINT_UNIQUE;
}

// SQLite's error code when the shared table of locks (`-shm`) cannot grow.
const IOERR_SHMSIZE = 4874;

/** Whether the disk has no space for the table of locks that processes share. */
export function lacksRoomForLocks(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === IOERR_SHMSIZE;
}

/** Creates the error for a damaged database file. @param reason What was found. */
export function corrupt(path: string, reason: string, cause?: unknown): StoreError {
  return new StoreError(
    "corrupt",
    `${path}: the database is damaged (${reason}). ` +
      "Keep a copy of the file and restore a backup with `classcord restore FILE`.",
    { cause },
  );
}

/** Converts errors of SQLite and the file system to a {@linkcode StoreError}. Returns other errors unchanged. */
export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return error;
  if (error instanceof Deno.errors.NotCapable) {
    return new StoreError("io", `${path}: cannot read or write: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
  if (error instanceof SpecialFile) {
    return new StoreError("io", `${path}: expected a database, got ${error.message}.`);
  }
  const code = (error as { errcode?: number }).errcode ?? 0;
  const text = code === IOERR_SHMSIZE ? "the disk is full" : error.message;
  if (
    error instanceof Deno.errors.PermissionDenied ||
    (code & 0xff) === 8 || /EROFS|read-?only|os error 30/i.test(text)
  ) {
    return new StoreError(
      "not_writable",
      `${path}: cannot write: ${text}.`,
      { cause: error },
    );
  }
  if (/not a database|malformed|corrupt/i.test(text)) return corrupt(path, text, error);
  if ((code & 0xff) === 5 || /database (is|table is) locked/.test(text)) {
    return new StoreError(
      "locked",
      `${path}: another process is using the database (${text}).`,
      { cause: error },
    );
  }
  // Opening, `exec` and `backup` set no error code.
  if (code !== 0 || /os error|SQLITE|unable to open|disk is full|disk I\/O/i.test(text)) {
    return new StoreError("io", `${path}: ${text}`, { cause: error });
  }
  return error;
}

/** SQLite's codes: busy, locked, read-only, input or output failed, full, cannot open. */
const DISK_CODES: ReadonlySet<number> = new Set([5, 6, 8, 10, 13, 14]);
const DISK_TEXT =
  /database (?:is|table is) locked|readonly database|disk I\/O error|disk is full|unable to open database/;

/** Whether SQLite failed for a reason that may pass without a change of the program, such as a full disk. */
export function isOfDisk(error: unknown): boolean {
  const { errcode = 0 } = error as { errcode?: number };
  // Errors of `exec` have no code.
  return DISK_CODES.has(errcode & 0xff) || error instanceof Error && DISK_TEXT.test(error.message);
}
