// The connection of a node to its database, as the rest of the server sees it. On the leader, all changes belong to
// one transaction, which is committed when the log has them. So the file never has what the log has not.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { PLACE_TABLE } from "../../store/log/place.ts";
import { LOCAL_TABLES } from "./local_tables.ts";

/** SQLite has rolled back changes that were not committed, or this node does not lead: nothing can be written. */
export class NotWritable extends Error {
  override readonly name = "NotWritable";
}

/** Who may write. */
export type Mode = "leads" | "follows";

/**
 * Owns the transaction. {@linkcode facade} replaces the connection: a statement that writes begins the
 * transaction, and the transactions of the stores become savepoints in it.
 */
export class HeldSqlite {
  readonly #raw: DatabaseSync;
  readonly facade: DatabaseSync;
  #mode: Mode = "follows";
  #held = false;
  // A transaction of the stores: a savepoint, or a transaction of its own if none is held.
  #step: "none" | "savepoint" | "own" = "none";
  #wrote = false;
  // As long as any session exists, SQLite compiles `DELETE FROM table` so that sessions record each row. This one
  // records nothing itself.
  readonly #witness: ReturnType<DatabaseSync["createSession"]>;

  constructor(raw: DatabaseSync) {
    this.#raw = raw;
    this.#witness = raw.createSession({ table: PLACE_TABLE });
    this.facade = this.facadeWhile(() => true);
  }

  /** Whether a transaction is open. */
  get held(): boolean {
    return this.#held;
  }

  /** Whether something was written since the last call of {@linkcode wroteNothing}. */
  get wrote(): boolean {
    return this.#wrote;
  }

  /** Whether the open transaction was lost: SQLite rolls it back if the disk is full or fails. */
  get lost(): boolean {
    return this.#held && !this.#raw.isTransaction;
  }

  /** Forgets that something was written. */
  wroteNothing(): void {
    this.#wrote = false;
  }

  /** Changes who may write. Only between transactions. */
  setMode(mode: Mode): void {
    if (this.#held) throw new Error("a transaction is open");
    this.#mode = mode;
    // The changes that a copy applies contain what foreign keys have done.
    this.#raw.exec(`PRAGMA foreign_keys = ${mode === "leads" ? "ON" : "OFF"}`);
  }

  /** Begins the transaction unless it is open. @throws {NotWritable} If it was lost. */
  begin(): void {
    if (this.lost) {
      throw new NotWritable("the last changes were lost: the database could not be written");
    }
    if (this.#held) return;
    this.#raw.exec("BEGIN IMMEDIATE");
    this.#held = true;
  }

  /** Commits the transaction. @throws The error of SQLite. The transaction is rolled back then. */
  commit(): void {
    if (!this.#held) return;
    try {
      this.#raw.exec("COMMIT");
      this.#held = false;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  /** Undoes everything since the last commit. */
  rollback(): void {
    if (this.#raw.isTransaction) this.#raw.exec("ROLLBACK");
    this.#held = false;
    this.#step = "none";
    this.#wrote = false;
  }

  /** Undoes everything since the last commit. The connection can be closed then. */
  close(): void {
    this.rollback();
    this.#witness.close();
  }

  /** Returns a facade that can write only while something is true, for example while a chat is open. */
  facadeWhile(mayWrite: () => boolean): DatabaseSync {
    return new Proxy(this.#raw, {
      get: (raw, key) => {
        if (key === "prepare") return (sql: string) => this.#prepare(sql, mayWrite);
        if (key === "exec") return (sql: string) => this.#exec(sql, mayWrite);
        if (key === "isTransaction") return this.#isInStep();
        const value = Reflect.get(raw, key, raw);
        return typeof value === "function" ? value.bind(raw) : value;
      },
    });
  }

  #prepare(sql: string, mayWrite: () => boolean): StatementSync {
    const statement = this.#raw.prepare(sql);
    const written = tableWrittenBy(sql);
    if (written === undefined) return statement;
    for (const name of ["run", "get", "all", "iterate"] as const) {
      const method = statement[name] as (...values: unknown[]) => unknown;
      const value = (...values: unknown[]) => {
        this.#beforeWrite(written, mayWrite);
        return method.apply(statement, values);
      };
      Object.defineProperty(statement, name, { value });
    }
    return statement;
  }

  #exec(sql: string, mayWrite: () => boolean): void {
    switch (sql) {
      case "BEGIN IMMEDIATE":
        if (!mayWrite()) throw new NotWritable("the chat that writes has ended");
        if (this.#mode === "leads") this.begin();
        return this.#beginStep(sql);
      case "BEGIN":
        return this.#beginStep(sql);
      case "COMMIT":
        return this.#endStep(sql, "RELEASE step");
      case "ROLLBACK":
        return this.#endStep(sql, "ROLLBACK TO step; RELEASE step");
    }
    const written = tableWrittenBy(sql);
    if (written !== undefined) this.#beforeWrite(written, mayWrite);
    this.#raw.exec(sql);
  }

  #isInStep(): boolean {
    if (!this.#raw.isTransaction) this.#step = "none";
    return this.#step !== "none";
  }

  #beginStep(begin: string): void {
    this.#raw.exec(this.#held ? "SAVEPOINT step" : begin);
    this.#step = this.#held ? "savepoint" : "own";
  }

  #endStep(own: string, savepoint: string): void {
    if (this.lost) this.begin();
    this.#raw.exec(this.#step === "own" ? own : savepoint);
    this.#step = "none";
  }

  #beforeWrite(table: string, mayWrite: () => boolean): void {
    if (!mayWrite()) throw new NotWritable("the chat that writes has ended");
    if (this.#mode === "follows") {
      if (LOCAL_TABLES.has(table)) return;
      throw new NotWritable(`only the leader may change ${table}`);
    }
    if (this.#step === "own") throw new NotWritable(`${table} was changed while only reading`);
    this.begin();
    this.#wrote = true;
  }
}

const WRITES =
  /^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s+(\w+)/i;
// `probeWritable` deletes no row.
const CHANGES_NOTHING = /^\s*(?:SELECT|PRAGMA|EXPLAIN)\b|\bWHERE 0$/i;

/**
 * Returns the table that a statement writes to; `undefined` if it only reads. A statement that is not recognised
 * counts as one that writes.
 */
export function tableWrittenBy(sql: string): string | undefined {
  if (CHANGES_NOTHING.test(sql)) return undefined;
  return WRITES.exec(sql)?.[1] ?? "a table";
}
