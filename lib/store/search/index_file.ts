// Opens the file of the search index, and deletes it if it is damaged or does not belong to the messages.
import { DatabaseSync } from "node:sqlite";
import { createFile, DATABASE_FILE } from "../database.ts";
import { SpecialFile } from "../regular_file.ts";
import { IndexUnfit } from "./index_state.ts";
import { SearchIndex } from "./search_index.ts";

/** Name of the index in the data directory. */
export const INDEX_FILE = "search.db";

const COMPANIONS = ["", "-wal", "-shm", "-journal"];
const WAIT_MS = 1_000;
const TRIES = 3;
// Fewer pages than the log size at which the server would checkpoint everything itself.
const RESTART_PAGES = 12_000;

/** The search index in a data directory. The first use opens it. */
export class IndexFile {
  readonly #dataDir: string;
  #open: { readonly index: SearchIndex; readonly databases: readonly DatabaseSync[] } | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Whether the index file exists. */
  exists(): boolean {
    try {
      return Deno.statSync(`${this.#dataDir}/${INDEX_FILE}`).size > 0;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /**
   * Runs `work` with the index. If the index is damaged or does not belong to the messages, rebuilds it first.
   *
   * @param rebuilt Called with the reason before a rebuild.
   * @throws The error of SQLite or the file system.
   */
  use<T>(work: (index: SearchIndex) => T, rebuilt: (why: string) => void): T {
    try {
      return work(this.#opened());
    } catch (error) {
      if (!isUnfit(error)) throw error;
      rebuilt((error as Error).message);
      this.close();
      removeIndexFile(this.#dataDir);
      return work(this.#opened());
    }
  }

  /**
   * Copies committed pages of the message database from its write-ahead log. This blocks writers only if the log
   * keeps growing and is never idle.
   *
   * @param pages Copy only if more than this many pages are waiting.
   */
  checkpoint(pages: number): void {
    this.#opened();
    const messages = this.#open!.databases[1]!;
    const ask = (mode: string) => messages.prepare(`PRAGMA wal_checkpoint(${mode})`).get()!;
    const look = () => {
      const { log, checkpointed } = ask("NOOP");
      return { log: log as number, left: (log as number) - (checkpointed as number) };
    };
    if (look().left <= pages) return;
    // The log restarts only after a moment at which it is copied completely. Each attempt has less to copy.
    for (let tries = 0; tries < TRIES && look().left > 0; tries++) ask("PASSIVE");
    const { log, left } = look();
    // Without such a moment, writers wait for a restart, for about 20 ms.
    if (left > 0 && log > RESTART_PAGES) ask("RESTART");
  }

  /**
   * Empties the write-ahead logs of both databases. They have deleted content until they are overwritten.
   *
   * @returns Whether both are empty. They are not if others were reading or writing all the time.
   */
  emptyLogs(): boolean {
    this.#opened();
    let areEmpty = true;
    for (const database of this.#open!.databases) {
      // The first, longer part does not block writers; the second is short.
      database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
      const { busy } = database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()!;
      areEmpty &&= busy === 0;
    }
    return areEmpty;
  }

  /** Closes the index. */
  close(): void {
    for (const database of this.#open?.databases ?? []) database.close();
    this.#open = undefined;
  }

  #opened(): SearchIndex {
    if (this.#open !== undefined) return this.#open.index;
    using failed = new DisposableStack();
    const messages = openForReading(`${this.#dataDir}/${DATABASE_FILE}`);
    failed.defer(() => messages.close());
    const path = `${this.#dataDir}/${INDEX_FILE}`;
    createFile(path, this.#dataDir);
    const own = new DatabaseSync(path);
    failed.defer(() => own.close());
    own.exec(`
      PRAGMA busy_timeout = ${WAIT_MS};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA secure_delete = ON;
      PRAGMA journal_size_limit = 16777216;
      PRAGMA temp_store = MEMORY;`);
    const index = new SearchIndex({ index: own, messages });
    failed.move();
    this.#open = { index, databases: [own, messages] };
    return index;
  }
}

/**
 * Deletes an index that does not belong to the messages, before new messages are stored. After a power failure the
 * database may lack messages that the index has, and would use their ids again.
 *
 * @param removed Called with the reason if the index is deleted.
 */
export function verifyIndexFile(dataDir: string, removed: (why: string) => void): void {
  const file = new IndexFile(dataDir);
  try {
    if (file.exists()) file.use(() => {}, removed);
  } catch {
    // Other errors are reported when the index is used.
  } finally {
    file.close();
  }
}

/** Deletes the index of a data directory. The next server builds it again. */
export function removeIndexFile(dataDir: string): void {
  for (const suffix of COMPANIONS) {
    try {
      Deno.removeSync(`${dataDir}/${INDEX_FILE}${suffix}`, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

// Not `readOnly`: such a connection cannot checkpoint.
function openForReading(path: string): DatabaseSync {
  const messages = new DatabaseSync(path);
  messages.exec(`PRAGMA busy_timeout = ${WAIT_MS}; PRAGMA query_only = ON`);
  return messages;
}

const CORRUPT = 11;
const NOT_A_DATABASE = 26;
const ERROR = 1;

function isUnfit(error: unknown): boolean {
  if (error instanceof IndexUnfit) return true;
  if (!(error instanceof Error)) return false;
  // The index may be a directory or a FIFO.
  if (error instanceof SpecialFile) return true;
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === CORRUPT || code === NOT_A_DATABASE) return true;
  // `exec` sets no error code. A file of another program may lack the tables.
  return /malformed|corrupt|not a database/i.test(error.message) ||
    code === ERROR && /no such (table|column): (words|state)/.test(error.message);
}
