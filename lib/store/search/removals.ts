// What the search index has to follow: messages that were deleted, or whose readers changed. Triggers note
// them, with the content, which the index needs to find its words; they are forgotten once it has followed.
import type { StatementSync } from "node:sqlite";
import type { Database } from "../database.ts";
import { transact } from "../transaction.ts";

/** The notes that wait in the database of the messages. */
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

  /** The number of the newest note; 0 if none waits. */
  newest(): number {
    return (this.#newest.get()?.["seq"] ?? 0) as number;
  }

  /**
   * Forgets the oldest notes up to a number, some of them.
   *
   * @returns How many were forgotten; 0 when none is left.
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
