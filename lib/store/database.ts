// Opens the database: creates or migrates it, refuses what is not ours, and sets how SQLite works.
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "./errors.ts";
import { migrate, SCHEMA_VERSION } from "./migrations.ts";
import { giveToOwnerOf, makeDirectoryFor } from "./owner.ts";
import { refuseSpecialFile, SpecialFile } from "./regular_file.ts";
import { missingFromSchema } from "./schema_check.ts";

/** Name of the database file in the data directory. */
export const DATABASE_FILE = "classcord.db";

/** Marks a SQLite file as ClassCord's ("ClCd" in ASCII), in its header. */
export const APPLICATION_ID = 0x436c4364;

/** How the database is opened. */
export interface DatabaseOptions {
  /** When commits reach the disk: `full` syncs each, `normal` syncs at checkpoints. */
  readonly synchronous: "normal" | "full";
  /** Whether other processes are waited for: a server holds its event loop and waits less. */
  readonly mode?: "server" | "tool";
}

/** An open database. */
export interface Database {
  readonly sqlite: DatabaseSync;
  readonly path: string;
  /** Whether other processes may use it meanwhile: not where the disk was full at the start. */
  readonly shared: boolean;
  /**
   * Lets other processes use the database.
   *
   * @returns Whether they may use it now.
   */
  share(): boolean;
  /** Checkpoints and closes it. */
  close(): void;
}

// Below this size the whole file is checked at every start; above, it would delay the start.
const CHECK_BELOW_BYTES = 32 * 1024 * 1024;
const TOOL_WAIT_MS = 5_000;
const SERVER_WAIT_MS = 1_000;
// The worker of the search index copies what is committed into the database, which takes the disk some time. Only
// where it is not there the server itself does, once its log has 64 MiB.
const SERVER_LOG_PAGES = 16_384;

/**
 * Opens `classcord.db` in a directory, both created where they are missing.
 *
 * @throws {StoreError} Where it cannot be used; the file is left as it was.
 */
export function openDatabase(dataDir: string, options: DatabaseOptions): Database {
  makeDirectory(dataDir);
  const path = `${dataDir}/${DATABASE_FILE}`;
  let sqlite: DatabaseSync | undefined;
  try {
    const isNew = createFile(path, dataDir);
    sqlite = new DatabaseSync(path);
    let shared = true;
    if (options.mode === "server" && lacksRoomToShare(sqlite)) {
      // The table that processes share takes room on the disk; a process alone has it in memory.
      sqlite.close();
      sqlite = new DatabaseSync(path);
      sqlite.exec("PRAGMA locking_mode = EXCLUSIVE");
      shared = false;
    }
    const wait = options.mode === "server" ? SERVER_WAIT_MS : TOOL_WAIT_MS;
    sqlite.exec(`PRAGMA busy_timeout = ${wait}`);
    if (!isNew) inspect(sqlite, path);
    configure(sqlite, options);
    if (options.mode === "server") sqlite.exec(`PRAGMA wal_autocheckpoint = ${SERVER_LOG_PAGES}`);
    migrate(sqlite, readPragma(sqlite, "user_version"));
    const opened = sqlite;
    return {
      sqlite,
      path,
      get shared() {
        return shared;
      },
      share: () => shared ||= becomeShared(opened),
      close: () => opened.close(),
    };
  } catch (error) {
    sqlite?.close();
    throw asStoreError(error, path);
  }
}

// SQLite's number for a table of locks (`-shm`) that cannot grow.
const IOERR_SHMSIZE = 4874;

function lacksRoomToShare(sqlite: DatabaseSync): boolean {
  try {
    sqlite.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    return (error as { errcode?: number }).errcode === IOERR_SHMSIZE;
  }
}

// Only a database that leaves the write-ahead log can change how it is locked.
function becomeShared(sqlite: DatabaseSync): boolean {
  try {
    sqlite.exec("PRAGMA journal_mode = DELETE");
    sqlite.exec("PRAGMA locking_mode = NORMAL");
    sqlite.exec("PRAGMA journal_mode = WAL");
    return !lacksRoomToShare(sqlite);
  } catch {
    // The disk may be full again: it is tried another time.
    return false;
  }
}

/**
 * Checks that an open SQLite file is a ClassCord database that this program can use.
 *
 * @param thorough Check every page, whatever the size.
 * @throws {StoreError} of kind `foreign`, `newer` or `corrupt`.
 */
export function inspect(sqlite: DatabaseSync, path: string, thorough = false): void {
  const id = readPragma(sqlite, "application_id");
  const tables = sqlite.prepare("SELECT count(*) AS n FROM sqlite_schema").get()!["n"] as number;
  if (id !== APPLICATION_ID && (id !== 0 || tables > 0 || thorough)) {
    throw new StoreError(
      "foreign",
      `${path}: expected a ClassCord database, got another program's SQLite file.`,
    );
  }
  const version = readPragma(sqlite, "user_version");
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      "newer",
      `${path}: expected schema version ${SCHEMA_VERSION} or older, got ${version}. ` +
        "It was written by a newer ClassCord: run that one.",
    );
  }
  checkPages(sqlite, path, thorough);
  // A start that was cut off may have left an empty one; a copy never is.
  if (version !== 0 || tables > 0 || thorough) checkSchema(sqlite, path, version);
}

function checkSchema(sqlite: DatabaseSync, path: string, version: number): void {
  if (version < 1) throw corrupt(path, `its schema version is ${version}, expected 1 or more`);
  const missing = missingFromSchema(sqlite, version);
  if (missing === undefined) return;
  throw corrupt(path, `schema version ${version} lacks the ${missing}`);
}

function checkPages(sqlite: DatabaseSync, path: string, thorough: boolean): void {
  const bytes = readPragma(sqlite, "page_count") * readPragma(sqlite, "page_size");
  if (!thorough && bytes > CHECK_BELOW_BYTES) return;
  const pragma = thorough ? "integrity_check" : "quick_check";
  const result = sqlite.prepare(`PRAGMA ${pragma}(1)`).get()?.[pragma];
  if (result !== "ok") throw corrupt(path, String(result).replace(/\s+/g, " "));
  const orphan = thorough ? sqlite.prepare("PRAGMA foreign_key_check").get() : undefined;
  if (orphan !== undefined) throw corrupt(path, "a row refers to an account that is missing");
}

function configure(sqlite: DatabaseSync, { synchronous }: DatabaseOptions): void {
  // WAL: readers such as a backup do not stop the writer. 64 MiB of log at most stay on the disk.
  // What is deleted is overwritten, not just forgotten.
  // Setting a number that is there already would be a write, which a full disk does not take.
  if (readPragma(sqlite, "application_id") !== APPLICATION_ID) {
    sqlite.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  }
  sqlite.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${synchronous === "full" ? "FULL" : "NORMAL"};
    PRAGMA foreign_keys = ON;
    PRAGMA secure_delete = ON;
    PRAGMA journal_size_limit = 67108864;
    PRAGMA temp_store = MEMORY;
  `);
}

/** The number a pragma reports. */
export function readPragma(sqlite: DatabaseSync, name: string): number {
  return sqlite.prepare(`PRAGMA ${name}`).get()?.[name] as number;
}

/**
 * Creates a directory that only its owner can read, unless it exists.
 *
 * @param dataDir The data directory whose owner it is for.
 * @throws {StoreError}
 */
export function makeDirectory(path: string, dataDir = path): void {
  try {
    makeDirectoryFor(dataDir, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists && Deno.statSync(path).isDirectory) return;
    throw asStoreError(error, path);
  }
}

/**
 * Creates a database's file unless it exists: SQLite would create it, and its companions, with whatever the
 * umask leaves. It belongs to the server that uses `dataDir`.
 *
 * @returns Whether the file is empty.
 * @throws What the file system throws; a {@linkcode StoreError} for what is no regular file.
 */
export function createFile(path: string, dataDir: string): boolean {
  refuseSpecialFile(path);
  using file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  const { size } = file.statSync();
  if (size === 0) giveToOwnerOf(dataDir, path);
  return size === 0;
}

function corrupt(path: string, reason: string, cause?: unknown): StoreError {
  return new StoreError(
    "corrupt",
    `${path}: the database is damaged (${reason}). ` +
      "Keep a copy of the file and restore a backup with `classcord restore FILE`.",
    { cause },
  );
}

/** Turns what SQLite and the file system throw into a {@linkcode StoreError}. */
export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return error;
  if (error instanceof SpecialFile) {
    return new StoreError("io", `${path}: expected a database, got ${error.message}.`);
  }
  const code = (error as { errcode?: number }).errcode ?? 0;
  const text = code === IOERR_SHMSIZE ? "the disk is full" : error.message;
  if (
    error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable ||
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
  // Opening, `exec` and `backup` give no number.
  if (code !== 0 || /os error|SQLITE|unable to open|disk is full|disk I\/O/i.test(text)) {
    return new StoreError("io", `${path}: ${text}`, { cause: error });
  }
  return error;
}
