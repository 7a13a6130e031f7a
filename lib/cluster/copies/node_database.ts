// The database of a node in a cluster. It follows the log, or it leads and its changes go to the log.
import type { Database } from "../../store/database.ts";
import type { LogPlace } from "../batch.ts";
import { Applier } from "./apply.ts";
import { Capture } from "./capture.ts";
import { NO_CHANGES } from "./changes.ts";
import { facadeOf } from "./facade.ts";
import { HeldSqlite, NotWritable } from "./held_sqlite.ts";
import { migrateCopy, migrateLeader } from "./migrating.ts";
import { erasedReader, placeWriter, readPlace } from "./place.ts";

/** Under constant load, a leader holds up requests after this time to commit, because then nothing else writes. */
const COMMIT_MS = 100;
/**
 * A copy commits at least this often while it catches up. If batches change nothing, the place is stored this often:
 * reading them again does no harm.
 */
const COMMIT_BATCHES = 64;

/**
 * Owns the connection to the database. Whatever is committed is exactly what the log has up to {@linkcode place}. So
 * a node that is killed at any moment follows the log from its place, whether it has led or not.
 */
export class NodeDatabase {
  readonly #database: Database;
  readonly #held: HeldSqlite;
  readonly #applier: Applier;
  readonly #writePlace: ReturnType<typeof placeWriter>;
  readonly #readErased: () => number;
  readonly #now: () => number;
  /** The database for the stores. */
  readonly facade: Database;
  #place: LogPlace;
  #capture: Capture | undefined;
  /** Whether changes were taken that the log has not acknowledged. */
  #inFlight = false;
  /** Whether the next batch has to tell that the schema is a newer one. */
  #isMigrated = false;
  /** How many batches {@linkcode place} is ahead of the stored place. */
  #batches = 0;
  /** When the open transaction had its first batch. */
  #heldSince: number | undefined;

  /**
   * @param database A database that was prepared by `prepareForLog`.
   * @param now A monotonic clock in milliseconds.
   */
  constructor(database: Database, now = () => performance.now()) {
    const { sqlite } = database;
    const place = readPlace(sqlite);
    if (place === undefined) throw new Error("expected a database that was prepared for a log");
    this.#database = database;
    this.#place = place;
    this.#now = now;
    this.#held = new HeldSqlite(sqlite);
    this.#applier = new Applier(sqlite);
    this.#writePlace = placeWriter(sqlite);
    this.#readErased = erasedReader(sqlite);
    this.#held.setMode("follows");
    this.facade = facadeOf(database, this.#held);
  }

  /** The place in the log up to which this connection sees all changes. */
  get place(): LogPlace {
    return this.#place;
  }

  /** The place up to which the log may have data of people who were erased; 0 if nobody was. */
  get erased(): number {
    return this.#readErased();
  }

  /** Whether the node may write. */
  get leads(): boolean {
    return this.#capture !== undefined;
  }

  /**
   * Returns the database for a chat that is open while this node leads. Once it leads no more, that chat can write nothing,
   * even if the node leads again: another chat serves its requests again.
   */
  forReign(): Database {
    const capture = this.#capture;
    const sqlite = this.#held.facadeWhile(() => this.#capture === capture);
    return facadeOf(this.#database, this.#held, sqlite);
  }

  /** Whether the present turn has changed something. */
  get wrote(): boolean {
    return this.#held.wrote;
  }

  /** Whether changes were taken that the log has not acknowledged. */
  get isAppending(): boolean {
    return this.#inFlight;
  }

  /** Whether a leader should serve no request until its next turn is committed. */
  get commitIsDue(): boolean {
    return this.#heldSince !== undefined && this.#now() - this.#heldSince >= COMMIT_MS;
  }

  /**
   * Applies the changes of the next batch. The stores see them at once. The caller calls {@linkcode commit} soon: a
   * commit costs as much as a batch, so batches that follow each other closely share one.
   *
   * @returns The tables that have changed.
   * @throws {DoesNotFit} Nothing of the batches since the last commit has changed then.
   */
  apply(changes: Uint8Array, sequence: number): ReadonlySet<string> {
    if (this.leads) throw new Error("a leader does not follow");
    if (sequence <= this.#place.sequence) throw new Error(`batch ${sequence} was applied already`);
    const tables = changes.length > 0 ? this.#apply(changes) : new Set<string>();
    this.#passed(sequence);
    if (this.#batches >= COMMIT_BATCHES) this.commit();
    return tables;
  }

  /** Commits the batches that were applied. @throws The error of SQLite. They are undone then. */
  commit(): void {
    if (this.#held.held || this.#batches >= COMMIT_BATCHES) this.#commit();
  }

  /**
   * Stores the place, even if the last batches have changed nothing.
   *
   * @returns The place; `undefined` if a leader has changes that the log has not acknowledged.
   * @throws The error of SQLite, as {@linkcode commit}.
   */
  store(): number | undefined {
    if (this.#inFlight || this.#held.wrote) return undefined;
    if (this.#batches > 0) this.#commit();
    return this.#place.sequence;
  }

  #commit(): void {
    try {
      if (this.#batches > 0) {
        this.#held.begin();
        this.#writePlace(this.#place);
      }
      this.#held.commit();
    } catch (error) {
      this.#undo();
      throw error;
    }
    this.#batches = 0;
    this.#heldSince = undefined;
  }

  /**
   * Begins to lead. From now on the stores may write through {@linkcode facade}. If this version of the program has a newer
   * schema, the database has it from now on, and the first batch tells the other nodes to migrate theirs.
   */
  lead(): void {
    const { sqlite } = this.#database;
    this.commit();
    this.#held.setMode("leads");
    this.#isMigrated = migrateLeader(sqlite, this.#held);
    // It does not record the migration, which each node runs itself.
    this.#capture = new Capture(sqlite);
  }

  /**
   * Ends a turn of the leader.
   *
   * @returns What the log has to receive. The caller then calls {@linkcode acknowledged} or {@linkcode follow}.
   * @throws {NotWritable} If SQLite has lost changes of this turn. The node must follow again.
   */
  take(): Uint8Array {
    if (this.#capture === undefined) throw new NotWritable("this node does not lead");
    if (this.#held.lost) throw new NotWritable("the changes of this turn were lost");
    if (this.#inFlight) throw new Error("the turn before has not been acknowledged");
    this.#inFlight = true;
    const isMigrated = this.#isMigrated;
    if (!this.#held.wrote && !isMigrated) return NO_CHANGES;
    this.#held.wroteNothing();
    this.#isMigrated = false;
    return this.#capture.take(isMigrated);
  }

  /**
   * The log has what was taken. Commits it, unless the next turn has changed something already.
   *
   * @param sequence The sequence of the batch; `undefined` if no batch was appended, because nothing was to be said.
   * @throws The error of SQLite, for example if the disk is full. The node must follow again.
   */
  acknowledged(sequence: number | undefined): void {
    this.#inFlight = false;
    if (sequence !== undefined) this.#passed(sequence);
    if (!this.#held.wrote) this.commit();
  }

  /** Undoes what was not committed, and follows the log from {@linkcode place} on. */
  follow(): void {
    this.#capture?.close();
    this.#capture = undefined;
    this.#inFlight = false;
    this.#isMigrated = false;
    this.#undo();
    this.#held.setMode("follows");
  }

  /** Closes the database. What was not committed is undone. */
  close(): void {
    this.follow();
    this.#held.close();
    this.#database.close();
  }

  /** The leader has migrated at this place in the log. */
  #migrate(to: number | undefined): void {
    if (to === undefined) return;
    this.commit();
    try {
      migrateCopy(this.#database.sqlite, to);
    } finally {
      this.#applier.reset();
    }
  }

  #apply(changes: Uint8Array): ReadonlySet<string> {
    this.#migrate(this.#applier.newerSchema(changes));
    try {
      this.#held.begin();
      return this.#applier.apply(changes);
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  #passed(sequence: number): void {
    this.#batches++;
    if (this.#held.held) this.#heldSince ??= this.#now();
    this.#place = { ...this.#place, sequence };
  }

  #undo(): void {
    this.#held.rollback();
    this.#applier.reset();
    this.#batches = 0;
    this.#heldSince = undefined;
    this.#place = readPlace(this.#database.sqlite)!;
  }
}
