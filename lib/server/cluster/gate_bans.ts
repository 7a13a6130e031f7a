// The bans that the gate of a node knows, from its copy of the database. The leader looks at its own as well.
import { BanList } from "../../chat/moderation/ban_list.ts";
import type { Database } from "../../store/database.ts";
import { readPragma } from "../../store/inspect.ts";
import { SCHEMA_VERSION } from "../../store/migrations.ts";
import { SanctionStore } from "../../store/sanctions.ts";

/** Returns the list of bans of a copy. The caller reloads it when the copy has changed. */
export function bansAtGate(database: Database): BanList {
  return new BanList(() => {
    try {
      return new SanctionStore(database).bans(Date.now());
    } catch (error) {
      // Until a leader of this version has migrated the database, it may lack what this version reads.
      if (readPragma(database.sqlite, "user_version") < SCHEMA_VERSION) return [];
      throw error;
    }
  });
}
