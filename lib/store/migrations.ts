// The schema, version by version. A released migration never changes; new ones are added at the end.
import type { DatabaseSync } from "node:sqlite";
import { looksOf } from "../protocol/look_alikes.ts";
import { nameKey } from "../protocol/names.ts";
import { ACCOUNTS_AND_MESSAGES } from "./migrations/accounts_and_messages.ts";
import { CHANNELS_AND_MODERATION } from "./migrations/channels_and_moderation.ts";
import { DIRECTORY_ACCOUNTS } from "./migrations/directory_accounts.ts";
import { KEPT_CHANNELS } from "./migrations/kept_channels.ts";
import { KNOWN_NETWORKS } from "./migrations/known_networks.ts";
import { LESSONS } from "./migrations/lessons.ts";
import { LOOKS_OF_NAMES } from "./migrations/looks_of_names.ts";
import { SEARCH_APART } from "./migrations/search_apart.ts";
import { WEB_SESSIONS } from "./migrations/web_sessions.ts";

/**
 * In order: the first one creates version 1 of the schema. From version 10 on, a migration must have the same result on all
 * copies of a database, so it uses neither the time nor chance: each node of a cluster runs it itself.
 */
const MIGRATIONS: readonly string[] = [
  ACCOUNTS_AND_MESSAGES,
  CHANNELS_AND_MODERATION,
  KEPT_CHANNELS,
  KNOWN_NETWORKS,
  LOOKS_OF_NAMES,
  SEARCH_APART,
  WEB_SESSIONS,
  LESSONS,
  DIRECTORY_ACCOUNTS,
];

/** The schema version that this program writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;

/** Migrates a database from `version` to `to`, by default the newest. Each step is one transaction. */
export function migrate(sqlite: DatabaseSync, version: number, to = SCHEMA_VERSION): void {
  for (let next = version + 1; next <= to; next++) {
    sqlite.exec("BEGIN IMMEDIATE");
    try {
      migrateWithin(sqlite, next - 1, next);
      sqlite.exec("COMMIT");
    } catch (error) {
      sqlite.exec("ROLLBACK");
      throw error;
    }
  }
}

/** Like {@linkcode migrate}, inside an open transaction. */
export function migrateWithin(sqlite: DatabaseSync, version: number, to = SCHEMA_VERSION): void {
  if (version >= to) return;
  sqlite.function("looks_of", { deterministic: true }, (name) => looksOf(name as string));
  sqlite.function("name_key", { deterministic: true }, (name) => nameKey(name as string));
  for (let next = version + 1; next <= to; next++) {
    sqlite.exec(MIGRATIONS[next - 1]!);
    sqlite.exec(`PRAGMA user_version = ${next}`);
  }
}
