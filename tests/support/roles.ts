// Changes the roles of accounts of a running server, like `classcord user role` in another process.
import { nameKey } from "../../lib/protocol/names.ts";
import { type AccountRole, AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";

/** Changes the role of an account in the database of a directory. */
export function setRole(dataDir: string, name: string, role: string): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  try {
    const accounts = new AccountStore(database);
    accounts.setRole(accounts.findByKey(nameKey(name))!.id, role as AccountRole);
  } finally {
    database.close();
  }
}
