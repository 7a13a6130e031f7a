// Opens the database: creates or migrates it, rejects foreign files, and configures SQLite.
import { DatabaseSync } from "node:sqlite";
import { asStoreError, lacksRoomForLocks, StoreError } from "./errors.ts";
import { APPLICATION_ID, inspect, readPragma } from "./inspect.ts";
import { belongsToLog, leaveLog } from "./log/place.ts";
import { migrate, SCHEMA_VERSION } from "./migrations.ts";
import { giveToOwnerOf, makeDirectoryFor } from "./owner.ts";
import { kindOfNoDirectory, refuseSpecialFile } from "./regular_file.ts";

/** Name of the database file in the data directory. */
export const DATABASE_FILE = "classcord.db";

/** How to open the database. */
export interface DatabaseOptions {
  /** When commits reach the disk: `full` syncs each commit, `normal` syncs at checkpoints. */
  readonly synchronous: "normal" | "full";
  /** How long to wait for other processes. A server waits less, because it blocks its event loop. */
  readonly mode?: "server" | "tool";
  /**
   * What happens to a database that belongs to the log of a cluster. A `node` opens it as it is: a leader migrates it, at a
   * place in the log. A server that runs `alone` takes it out of the log. Without this, an older schema is refused.
   */
  readonly inLog?: "node" | "alone";
}

/** An open database. */
export interface Database {
  readonly sqlite: DatabaseSync;
  readonly path: string;
  /** Whether it belonged to the log of a cluster and was taken out of it. */
  readonly hasLeftLog?: boolean;
  /** Whether other processes may use the database now. They may not if the disk was full at the start. */
  readonly shared: boolean;
  /**
   * Allows other processes to use the database.
   *
   * @returns Whether they may use it now.
   */
  share(): boolean;
  /** Checkpoints and closes the database. */
  close(): void;
}

const TOOL_WAIT_MS = 5_000;
const SERVER_WAIT_MS = 1_000;
// The worker of the search index checkpoints the log, because that takes the disk some time. If there is no worker,
// the server checkpoints once the log has 64 MiB.
const SERVER_LOG_PAGES = 16_384;

/**
 * Opens `classcord.db` in a directory. Creates both if they are missing.
 *
 * @throws {StoreError} If the database cannot be used. The file is then unchanged.
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
      // The table of locks that processes share needs disk space. A process that is alone keeps it in memory.
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
    const hasLeftLog = options.inLog === "alone" && leaveLog(sqlite);
    const version = readPragma(sqlite, "user_version");
    if (!belongsToLog(sqlite)) migrate(sqlite, version);
    else if (version < SCHEMA_VERSION && options.inLog === undefined) throw notMigrated(path);
    const opened = sqlite;
    return {
      sqlite,
      path,
      hasLeftLog,
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

function notMigrated(path: string): StoreError {
  return new StoreError(
    "locked",
    `${path}: this database belongs to a cluster and was written by an older ClassCord. Start the server, which migrates ` +
      "it together with the other nodes.",
  );
}

function lacksRoomToShare(sqlite: DatabaseSync): boolean {
  try {
    sqlite.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    return lacksRoomForLocks(error);
  }
}

// SQLite changes the locking mode only outside the write-ahead log mode.
function becomeShared(sqlite: DatabaseSync): boolean {
  try {
    sqlite.exec("PRAGMA journal_mode = DELETE");
    sqlite.exec("PRAGMA locking_mode = NORMAL");
    sqlite.exec("PRAGMA journal_mode = WAL");
    return !lacksRoomToShare(sqlite);
  } catch {
    // The disk may be full again. The caller tries again later.
    return false;
  }
}

function configure(sqlite: DatabaseSync, { synchronous }: DatabaseOptions): void {
  // WAL: readers such as a backup do not block the writer. At most 64 MiB of log stay on the disk.
  // secure_delete: deleted content is overwritten.
  // application_id: set only if it differs, because setting it is a write, which fails on a full disk.
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

/**
 * Creates a directory that only its owner can read, unless it exists.
 *
 * @param dataDir The data directory, whose owner will own the new directory.
 * @throws {StoreError}
 */
export function makeDirectory(path: string, dataDir = path): void {
  refuseNoDirectory(path);
  try {
    makeDirectoryFor(dataDir, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists && Deno.statSync(path).isDirectory) return;
    throw asStoreError(error, path);
  }
}

/** Refuses a path that is there and is no directory. @throws {StoreError} */
export function refuseNoDirectory(path: string): void {
  const kind = kindOfNoDirectory(path);
  if (kind === undefined) return;
  throw new StoreError("io", `${path}: expected a directory, got ${kind}.`);
}

/**
 * Creates a database file unless it exists. SQLite would create it and its companion files with the permissions that
 * the umask allows. The owner of `dataDir` owns the new file.
 *
 * @returns Whether the file is empty.
 * @throws {StoreError} If the path is not a regular file.
 * @throws The error of the file system.
 */
export function createFile(path: string, dataDir: string): boolean {
  refuseSpecialFile(path);
  using file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  const { size } = file.statSync();
  if (size === 0) giveToOwnerOf(dataDir, path);
  return size === 0;
}
