// Opens the database: creates or migrates it, refuses what is not ours, and sets how SQLite works.
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "./errors.ts";
import { migrate, SCHEMA_VERSION } from "./migrations.ts";

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
  /** Checkpoints and closes it. */
  close(): void;
}

// Below this size the whole file is checked at every start; above, it would delay the start.
const CHECK_BELOW_BYTES = 32 * 1024 * 1024;
const TOOL_WAIT_MS = 5_000;
const SERVER_WAIT_MS = 1_000;
// The search worker makes the checkpoints of a server; this is for where it cannot.
const SERVER_CHECKPOINT_PAGES = 20_000;

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
    const isNew = createFile(path);
    sqlite = new DatabaseSync(path);
    const wait = options.mode === "server" ? SERVER_WAIT_MS : TOOL_WAIT_MS;
    sqlite.exec(`PRAGMA busy_timeout = ${wait}`);
    if (options.mode === "server") {
      sqlite.exec(`PRAGMA wal_autocheckpoint = ${SERVER_CHECKPOINT_PAGES}`);
    }
    if (!isNew) inspect(sqlite, path);
    configure(sqlite, options);
    migrate(sqlite, readPragma(sqlite, "user_version"));
    return { sqlite, path, close: () => sqlite!.close() };
  } catch (error) {
    sqlite?.close();
    throw asStoreError(error, path);
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
  sqlite.exec(`
    PRAGMA application_id = ${APPLICATION_ID};
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

/** Creates a directory that only its owner can read, unless it exists. */
export function makeDirectory(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists && Deno.statSync(path).isDirectory) return;
    throw asStoreError(error, path);
  }
}

/**
 * Creates a database's file unless it exists: SQLite would create it, and its companions, with whatever the
 * umask leaves.
 *
 * @returns Whether the file is empty.
 * @throws What the file system throws.
 */
export function createFile(path: string): boolean {
  using file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  return file.statSync().size === 0;
}

function corrupt(path: string, reason: string, cause?: unknown): StoreError {
  return new StoreError(
    "corrupt",
    `${path}: expected a sound database, got a damaged one (${reason}). ` +
      "Keep a copy of the file and restore a backup with `classcord restore FILE`.",
    { cause },
  );
}

/** Turns what SQLite and the file system throw into a {@linkcode StoreError}. */
export function asStoreError(error: unknown, path: string): unknown {
  if (error instanceof StoreError) return error;
  if (!(error instanceof Error)) return error;
  const code = (error as { errcode?: number }).errcode ?? 0;
  const text = error.message;
  if (
    error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable ||
    (code & 0xff) === 8 || /EROFS|read-?only|os error 30/i.test(text)
  ) {
    return new StoreError(
      "not_writable",
      `${path}: expected to be allowed to write, got "${text}".`,
      { cause: error },
    );
  }
  if (/not a database|malformed|corrupt/i.test(text)) return corrupt(path, text, error);
  if ((code & 0xff) === 5 || /database (is|table is) locked/.test(text)) {
    return new StoreError(
      "locked",
      `${path}: expected to use the database, got "${text}": another process holds it.`,
      { cause: error },
    );
  }
  // Opening, `exec` and `backup` give no number.
  if (code !== 0 || /os error|SQLITE|unable to open|disk is full|disk I\/O/i.test(text)) {
    return new StoreError("io", `${path}: ${text}`, { cause: error });
  }
  return error;
}
