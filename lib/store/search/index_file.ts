// The file of the search index: opened beside the database of the messages, and thrown away where it does
// not fit or is damaged.
import { DatabaseSync } from "node:sqlite";
import { createFile, DATABASE_FILE } from "../database.ts";
import { IndexUnfit } from "./index_state.ts";
import { SearchIndex } from "./search_index.ts";

/** Name of the index in the data directory. */
export const INDEX_FILE = "search.db";

const COMPANIONS = ["", "-wal", "-shm", "-journal"];
const WAIT_MS = 1_000;
// As many as SQLite lets gather by itself.
const CHECKPOINT_PAGES = 1_000;
const RESTART_PAGES = 12_000;

interface OpenIndex {
  readonly index: SearchIndex;
  readonly own: DatabaseSync;
  readonly messages: DatabaseSync;
}

/** The index in a data directory. It is opened when it is first used. */
export class IndexFile {
  readonly #dataDir: string;
  #open: OpenIndex | undefined;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  /** Whether there is one. */
  exists(): boolean {
    return statIfAny(`${this.#dataDir}/${INDEX_FILE}`) !== undefined;
  }

  /**
   * Works with the index. One that does not fit the messages, or is damaged, is built anew from nothing.
   *
   * @param rebuilt Told why, if so.
   * @throws What SQLite and the file system throw.
   */
  use<T>(work: (index: SearchIndex) => T, rebuilt: (why: string) => void): T {
    try {
      return work(this.#opened().index);
    } catch (error) {
      if (!isUnfit(error)) throw error;
      rebuilt((error as Error).message);
      this.close();
      removeIndexFile(this.#dataDir);
      return work(this.#opened().index);
    }
  }

  /**
   * Copies what was committed to the database of the messages from its write-ahead log, once there is enough
   * of it: a checkpoint in the thread that writes would hold it up.
   */
  checkpoint(): void {
    const { messages } = this.#opened();
    const ask = (mode: string) => messages.prepare(`PRAGMA wal_checkpoint(${mode})`).get()!;
    const uncopied = () => {
      const { log, checkpointed } = ask("NOOP");
      return { log: log as number, left: (log as number) - (checkpointed as number) };
    };
    if (uncopied().left < CHECKPOINT_PAGES) return;
    // The log begins anew only when all of it is copied at some moment: each try has less to copy.
    for (let tries = 0; tries < 3 && uncopied().left > 0; tries++) ask("PASSIVE");
    const { log, left } = uncopied();
    // Where there is no such moment, writing waits for one, some 20 ms.
    if (left > 0 && log > RESTART_PAGES) ask("RESTART");
  }

  /** Overwrites in the file what was deleted from the index. */
  forget(): void {
    this.#open?.own.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
  }

  /** Closes it. */
  close(): void {
    this.#open?.own.close();
    this.#open?.messages.close();
    this.#open = undefined;
  }

  #opened(): OpenIndex {
    if (this.#open !== undefined) return this.#open;
    using failed = new DisposableStack();
    const messages = openForReading(`${this.#dataDir}/${DATABASE_FILE}`);
    failed.defer(() => messages.close());
    const path = `${this.#dataDir}/${INDEX_FILE}`;
    if (statIfAny(path)?.isFile === false) throw new IndexUnfit(`${path}: expected a file`);
    createFile(path);
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
    return this.#open = { index, own, messages };
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

function statIfAny(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
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
  const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
  if (code === CORRUPT || code === NOT_A_DATABASE) return true;
  // `exec` gives no number; tables may be missing in a file that somebody else has made.
  return /malformed|corrupt|not a database/i.test(error.message) ||
    code === ERROR && /no such (table|column): (words|state)/.test(error.message);
}
