// Prepares a database for the log: checks that sessions record all of its tables, and keeps its triggers from running
// again on copies.
import type { DatabaseSync } from "node:sqlite";
import type { LogPlace } from "../batch.ts";
import { transact } from "../../store/transaction.ts";
import { PLACE_TABLE } from "../../store/log/place.ts";
import { LOCAL_TABLES, LOCAL_TRIGGERS } from "./local_tables.ts";
import { createPlace, readPlace, writePlace } from "./place.ts";

/** A part of the schema cannot be replicated. This is a bug of a migration. */
export class NotReplicable extends Error {
  override readonly name = "NotReplicable";
}

/**
 * Prepares a database for a log, in one transaction. It changes nothing if the database is prepared. The database can
 * still be used without a cluster afterwards.
 *
 * @param place Makes the database belong to a log, if it belongs to none: it has exactly what the log has up to there.
 * @throws {NotReplicable}
 */
export function prepareForLog(sqlite: DatabaseSync, place?: LogPlace): void {
  transact({ sqlite }, () => {
    checkTables(sqlite);
    createPlace(sqlite);
    if (place !== undefined && readPlace(sqlite) === undefined) writePlace(sqlite, place);
    for (const { name, sql } of triggersOf(sqlite)) {
      if (LOCAL_TRIGGERS.has(name) || sql.includes(GUARD)) continue;
      const guarded = guardTrigger(sql);
      sqlite.exec(`DROP TRIGGER "${name}"; ${guarded}`);
    }
  });
}

const GUARD = `NOT EXISTS (SELECT 1 FROM ${PLACE_TABLE} WHERE applying)`;

const TRIGGER = new RegExp(
  String.raw`^(CREATE TRIGGER \w+\s+(?:BEFORE|AFTER)\s+` +
    String.raw`(?:INSERT|DELETE|UPDATE(?:\s+OF\s+\w+(?:\s*,\s*\w+)*)?)\s+ON\s+\w+)\s+` +
    String.raw`(?:WHEN\s+((?:(?!\bBEGIN\b)[^])+?)\s+)?BEGIN\s([^]+)$`,
);

/** Returns the statement of a trigger that does nothing while a copy applies changes. @throws {NotReplicable} */
export function guardTrigger(sql: string): string {
  const found = TRIGGER.exec(sql);
  if (found === null) throw new NotReplicable(`expected a simple trigger, got ${sql}`);
  const [, head, condition, body] = found;
  const when = condition === undefined ? GUARD : `${GUARD} AND (${condition})`;
  return `${head} WHEN ${when} BEGIN ${body}`;
}

/** Lists the triggers of a database. */
function triggersOf(sqlite: DatabaseSync): { readonly name: string; readonly sql: string }[] {
  return sqlite.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
    .all() as { name: string; sql: string }[];
}

// A session ignores tables without a primary key and rows with NULL in it, and knows no virtual tables. Generated
// columns and the deletions inside a virtual table would be replicated wrongly.
const UNRECORDED = `
  SELECT name, 'is a virtual table' AS fault FROM pragma_table_list
   WHERE schema = 'main' AND type IN ('virtual', 'shadow')
  UNION ALL
  SELECT t.name, 'has no primary key' FROM pragma_table_list t
   WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
     AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE pk > 0)
  UNION ALL
  SELECT t.name, 'has a generated column' FROM pragma_table_list t, pragma_table_xinfo(t.name) c
   WHERE t.schema = 'main' AND t.type = 'table' AND c.hidden > 0
  UNION ALL
  SELECT t.name, 'allows NULL in its primary key' FROM pragma_table_list t, pragma_table_info(t.name) c
   WHERE t.schema = 'main' AND t.type = 'table' AND c.pk > 0 AND NOT c."notnull"
     AND NOT t.strict AND NOT t.wr AND upper(c.type) <> 'INTEGER'`;

function checkTables(sqlite: DatabaseSync): void {
  for (const { name, fault } of sqlite.prepare(UNRECORDED).all()) {
    if (LOCAL_TABLES.has(name as string)) continue;
    throw new NotReplicable(`the table ${name} cannot be replicated: it ${fault}`);
  }
}
