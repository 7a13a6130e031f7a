// Lets one node begin a new cluster: the one whose proposal becomes the identity of the log. All nodes may propose at the
// same time, and each may be killed at any moment.
import { DATABASE_FILE, makeDirectory, openDatabase } from "../../store/database.ts";
import { leaveLog } from "../../store/log/place.ts";
import { lockForServer } from "../../store/server_lock.ts";
import { LogGone, type LogPlace } from "../batch.ts";
import { Doubt } from "../doubt.ts";
import { lacksDatabase } from "./database_file.ts";
import { prepareForLog } from "./fitting.ts";
import { readPlace } from "./place.ts";

/** The directory, inside the data directory, of a new database that no cluster has accepted yet. */
const FOUNDING = "founding";

/** What the part works with. */
export interface FoundingOptions {
  readonly dataDir: string;
  readonly synchronous: "normal" | "full";
  /** A monotonic clock in milliseconds. */
  readonly now?: () => number;
}

/** The part of one node in the beginning of a cluster. */
export class Founding {
  readonly #options: FoundingOptions;
  readonly #doubt: Doubt;
  #proposed: string | undefined;

  constructor(options: FoundingOptions) {
    this.#options = options;
    this.#doubt = new Doubt(options.now ?? (() => performance.now()));
  }

  /**
   * Returns the identity that this node proposes for a log that does not exist. Its database already has this identity on
   * the disk, so the node recognises its own proposal after a crash. A node without a database makes a new one beside.
   *
   * @throws {NotYetThere} For 15 s, if the database has batches of a log. NATS may still be starting.
   * @throws {LogGone} After that.
   * @throws {StoreError}
   * @throws {ServerRunning}
   */
  propose(): string {
    return this.#proposed ??= this.#prepare();
  }

  /**
   * The log has an identity. If this node has proposed it, the node keeps the database that it has prepared. Otherwise a new
   * database is removed, and one with data does not belong to a log.
   */
  decide(identity: string): void {
    const { dataDir } = this.#options;
    if (lacksDatabase(dataDir)) this.#decideNew(identity);
    else if (this.#proposed !== undefined && this.#proposed !== identity) {
      this.#open(dataDir, (sqlite) => leaveLog(sqlite));
    }
    removeDirectory(this.#founding);
  }

  get #founding(): string {
    return `${this.#options.dataDir}/${FOUNDING}`;
  }

  #prepare(): string {
    const { dataDir } = this.#options;
    if (!lacksDatabase(dataDir)) {
      const lock = lockForServer(dataDir);
      try {
        return this.#proposeIn(dataDir);
      } finally {
        lock.release();
      }
    }
    makeDirectory(this.#founding, dataDir);
    return this.#proposeIn(this.#founding);
  }

  #proposeIn(directory: string): string {
    return this.#open(directory, (sqlite) => {
      const place = readPlace(sqlite) ?? { log: crypto.randomUUID(), sequence: 0 };
      if (place.sequence > 0) throw this.#doubt.of(missing(place));
      prepareForLog(sqlite, place);
      return place.log;
    });
  }

  #decideNew(identity: string): void {
    const { dataDir } = this.#options;
    if (lacksDatabase(this.#founding)) return;
    const place = this.#open(this.#founding, readPlace);
    if (place?.log !== identity) return;
    Deno.renameSync(`${this.#founding}/${DATABASE_FILE}`, `${dataDir}/${DATABASE_FILE}`);
    using directory = Deno.openSync(dataDir);
    directory.syncSync();
  }

  #open<T>(directory: string, work: (sqlite: Parameters<typeof readPlace>[0]) => T): T {
    const { synchronous } = this.#options;
    const database = openDatabase(directory, { synchronous, inLog: "node" });
    try {
      return work(database.sqlite);
    } finally {
      database.close();
    }
  }
}

function missing({ log, sequence }: LogPlace): LogGone {
  return new LogGone(
    `The database has ${sequence} batches of the log ${log}, but this log does not exist on the NATS servers. Check ` +
      "cluster.name and cluster.servers. If the log was deleted, run `classcord cluster init` on the node with the " +
      "newest data, and start the other nodes with empty data directories.",
  );
}

function removeDirectory(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
