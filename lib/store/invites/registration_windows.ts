// Stores for which networks registration is open for a time.
import type { SQLOutputValue } from "node:sqlite";
import type { Database } from "../database.ts";

/** A time of open registration. Times are in milliseconds since 1970. */
export interface RegistrationWindow {
  /** A range in its normal form; `null` for all addresses. */
  readonly network: string | null;
  readonly until: number;
  readonly openedBy: string;
  readonly openedAt: number;
}

// The primary key cannot be NULL.
const ALL = "";

/** Reads and writes the windows. Each call is one short transaction, or part of the caller's. */
export class RegistrationWindowStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Lists the windows that have not ended, the one that ends first at the beginning. */
  list(now: number): RegistrationWindow[] {
    return this.#database.sqlite.prepare(
      "SELECT * FROM registration_windows WHERE until > ? ORDER BY until, network",
    ).all(now).map(toWindow);
  }

  /** Stores a window. It replaces that of the same network. */
  open({ network, until, openedBy, openedAt }: RegistrationWindow): void {
    this.#run(
      `INSERT OR REPLACE INTO registration_windows (network, until, opened_by, opened_at)
       VALUES (?, ?, ?, ?)`,
      ...[network ?? ALL, until, openedBy, openedAt],
    );
  }

  /** Deletes the window of a network. */
  close(network: string | null): void {
    this.#run("DELETE FROM registration_windows WHERE network = ?", network ?? ALL);
  }

  /** Deletes windows that have ended. @param most The maximum number to delete. @returns The number deleted. */
  prune(now: number, most: number): number {
    return this.#run(
      `DELETE FROM registration_windows WHERE network IN (
         SELECT network FROM registration_windows WHERE until <= ? LIMIT ?)`,
      ...[now, most],
    );
  }

  #run(sql: string, ...values: (string | number)[]): number {
    return Number(this.#database.sqlite.prepare(sql).run(...values).changes);
  }
}

function toWindow(row: Record<string, SQLOutputValue>): RegistrationWindow {
  const network = row["network"] as string;
  return {
    network: network === ALL ? null : network,
    until: row["until"] as number,
    openedBy: row["opened_by"] as string,
    openedAt: row["opened_at"] as number,
  };
}
