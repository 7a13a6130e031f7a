// The database of a node as its stores see it.
import type { Database } from "../../store/database.ts";
import type { HeldSqlite } from "./held_sqlite.ts";

/**
 * Returns a database whose transactions belong to one that is held. Closing it does nothing.
 *
 * @param sqlite A facade of the held connection.
 */
export function facadeOf(database: Database, held: HeldSqlite, sqlite = held.facade): Database {
  return {
    sqlite,
    path: database.path,
    get shared() {
      return database.shared;
    },
    // The locking mode can only be changed outside a transaction. The caller tries again later.
    share: () => held.held ? database.shared : database.share(),
    close: () => {},
  };
}
