// The file of the search index: opened beside the database of the messages, and thrown away where it does
// not fit or is damaged.
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
// Below what makes the server copy it all by itself.
const RESTART_PAGES = 12_000;

/** The index in a data directory. It is opened when it is first used. */
export class IndexFile {
  readonly #dataDir: string;
  #open: { readonly index: SearchIndex; readonly databases: readonly DatabaseSync[] } | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Whether there is one. */
  exists(): boolean {
    try {
      return Deno.statSync(`${this.#dataDir}/${INDEX_FILE}`).size > 0;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /**
   * Works with the index. One that does not fit the messages, or is damaged, is built anew from nothing.
   *
   * @param rebuilt Told why, if so.
   * @throws What SQLite and the file system throw.
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
   * Copies what was committed to the database of the messages from its write-ahead log. Nobody is kept from
   * writing by it, unless the log grows and is never at rest.
   *
   * @param pages Only where the log has more pages than this that are to be copied.
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
    // The log begins anew only when all of it is copied at some moment: each try has less to copy.
    for (let tries = 0; tries < TRIES && look().left > 0; tries++) ask("PASSIVE");
    const { log, left } = look();
    // Where there is no such moment, writing waits for one, some 20 ms.
    if (left > 0 && log > RESTART_PAGES) ask("RESTART");
  }

  /** Empties the write-ahead logs of both databases, which have what was deleted until they are written anew. */
  emptyLogs(): void {
    this.#opened();
    for (const database of this.#open!.databases) {
      // Most of it keeps nobody from writing; the rest is short.
      database.prepare("PRAGMA wal_checkpoint(PASSIVE)").get();
      database.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
    }
  }

  /** Closes it. */
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
 * Removes an index that does not fit the messages, before there are new ones: after a power cut the messages may
 * have lost what the index has, and their numbers are given again.
 *
 * @param removed Told why, if so.
 */
export function verifyIndexFile(dataDir: string, removed: (why: string) => void): void {
  const file = new IndexFile(dataDir);
  try {
    if (file.exists()) file.use(() => {}, removed);
  } catch {
    // What else is wrong is told when it is used.
  } finally {
    file.close();
  }
}

/** Removes the index of a data directory; the next server builds it anew. */
export function removeIndexFile(dataDir: string): void {
  for (const suffix of COMPANIONS) {
    try {
      Deno.removeSync(`${dataDir}/${INDEX_FILE}${suffix}`, { recursive: true });
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

// Not `readOnly`: that one could make no checkpoint.
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
  // `exec` gives no number; tables may be missing in a file that somebody else has made.
  return /malformed|corrupt|not a database/i.test(error.message) ||
    code === ERROR && /no such (table|column): (words|state)/.test(error.message);
}
