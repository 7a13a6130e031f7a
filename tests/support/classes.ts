// Changes classes and accounts in the database of a running server, like an import in another process.
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { GroupStore } from "../../lib/store/groups.ts";

/** Creates a class of existing accounts. */
export function createClass(dataDir: string, name: string, members: readonly string[]): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  try {
    const accounts = new AccountStore(database);
    const groups = new GroupStore(database);
    const { id } = groups.create({ name, key: nameKey(name), isClass: true, now: Date.now() });
    groups.add(id, members.map((member) => accounts.findByKey(nameKey(member))!.id), true);
  } finally {
    database.close();
  }
}

/** Requires an account to choose a new password at its next sign-in on a page. */
export function requireNewPassword(dataDir: string, name: string): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  try {
    database.sqlite.prepare("UPDATE accounts SET must_change_password = 1 WHERE key = ?")
      .run(nameKey(name));
  } finally {
    database.close();
  }
}
