// The queue of changes that the search index must follow: deleted messages, and messages with changed readers.
// Triggers add entries with the content, because the index needs it to find the words. Entries are deleted once the
// index has applied them.
import type { StatementSync } from "node:sqlite";
import type { Database } from "../database.ts";
import { transact } from "../transaction.ts";

/** The entries of the queue in the message database. */
export class Removals {
  readonly #database: Database;
  readonly #newest: StatementSync;
  readonly #select: StatementSync;
  readonly #delete: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#newest = database.sqlite.prepare("SELECT max(seq) AS seq FROM search_queue");
    this.#select = database.sqlite.prepare(
      `SELECT seq, octet_length(content) AS bytes FROM search_queue WHERE seq <= ? ORDER BY seq`,
    );
    this.#delete = database.sqlite.prepare("DELETE FROM search_queue WHERE seq <= ?");
  }

  /** Returns the number of the newest entry; 0 if the queue is empty. */
  newest(): number {
    return (this.#newest.get()?.["seq"] ?? 0) as number;
  }

  /**
   * Deletes a batch of the oldest entries up to a number.
   *
   * @returns The number deleted; 0 when none are left.
   */
  forget(upTo: number, { rows, bytes }: { readonly rows: number; readonly bytes: number }): number {
    return transact(this.#database, () => {
      let last = 0;
      let count = 0;
      let spent = 0;
      for (const row of this.#select.iterate(upTo)) {
        if (count >= rows || spent >= bytes) break;
        last = row["seq"] as number;
        spent += row["bytes"] as number;
        count++;
      }
      if (count > 0) this.#delete.run(last);
      return count;
    });
  }
}
