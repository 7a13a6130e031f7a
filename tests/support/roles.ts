// Gives accounts of a running server roles, as `classcord user role` does from another process.
import { nameKey } from "../../lib/protocol/names.ts";
import { type AccountRole, AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";

/** Gives an account of the database in a directory a role. */
export function setRole(dataDir: string, name: string, role: string): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  try {
    const accounts = new AccountStore(database);
    accounts.setRole(accounts.findByKey(nameKey(name))!.id, role as AccountRole);
  } finally {
    database.close();
  }
}
