// The full-text index. It follows the messages at a distance, since indexing one costs several times
// what storing it does; what is deleted leaves it at once, by triggers.
import type { Database } from "./database.ts";
import { transact } from "./transaction.ts";

/** Brings the index up to the messages. */
export class SearchIndex {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** How far behind the index is: at most so many messages are not in it. */
  behind(): number {
    const row = this.#database.sqlite.prepare("SELECT indexed_to FROM state").get()!;
    return Math.max(0, this.newest() - (row["indexed_to"] as number));
  }

  /** The id of the newest message; 0 if there is none. */
  newest(): number {
    const row = this.#database.sqlite.prepare("SELECT max(id) AS id FROM messages").get()!;
    return (row["id"] ?? 0) as number;
  }

  /**
   * Indexes the oldest messages that are not in the index, in one transaction.
   *
   * @param most How many.
   * @returns Whether the index has all messages now.
   */
  catchUp(most: number): boolean {
    if (this.behind() === 0) return true;
    const { sqlite } = this.#database;
    return transact(this.#database, () => {
      const { last, count } = sqlite.prepare(
        `SELECT max(id) AS last, count(*) AS count FROM
           (SELECT id FROM messages WHERE id > (SELECT indexed_to FROM state) ORDER BY id LIMIT ?)`,
      ).get(most)!;
      if (last === null) return true;
      sqlite.prepare(
        `INSERT INTO search (rowid, content, scope) SELECT id, content, scope FROM searchable
          WHERE id > (SELECT indexed_to FROM state) AND id <= ?`,
      ).run(last!);
      sqlite.prepare("UPDATE state SET indexed_to = ?").run(last!);
      return (count as number) < most;
    });
  }
}
