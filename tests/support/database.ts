// Provides a database for one test.
import { nameKey } from "../../lib/protocol/names.ts";
import { type Account, AccountStore } from "../../lib/store/accounts.ts";
import { type Database, openDatabase } from "../../lib/store/database.ts";
import { withDirectory } from "./directory.ts";

/** Runs `work` with a new database. */
export async function withDatabase(
  work: (database: Database) => void | Promise<void>,
): Promise<void> {
  await withDirectory(async (path) => {
    const database = openDatabase(path, { synchronous: "normal" });
    try {
      await work(database);
    } finally {
      database.close();
    }
  });
}

/** Adds an account with an unknown password. */
export function addAccount(database: Database, name: string): Account {
  return new AccountStore(database)
    .create({ name, key: nameKey(name), passwordHash: "hash", now: 1 });
}
