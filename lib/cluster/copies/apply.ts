// Applies the changes of a turn to a copy of the database.
import { constants, type DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "../../store/migrations.ts";
import { decodeChanges } from "./changes.ts";
import { markApplying } from "./place.ts";

/** Changes do not fit a database. The copy must be made anew. */
export class DoesNotFit extends Error {
  override readonly name = "DoesNotFit";
}

// By SQLite's SQLITE_CHANGESET_* numbers, from 1.
const CONFLICTS = [
  "a row to change has other values",
  "a row to change is missing",
  "a row to add exists",
  "a change violates a constraint",
  "a row refers to a row that is missing",
];

/**
 * Applies changes inside an open transaction. Foreign keys must be off: the changes contain what their actions did.
 *
 * @throws {DoesNotFit} If any change does not fit. The transaction must then be rolled back.
 * @throws {MalformedBytes}
 */
export function applyChanges(sqlite: DatabaseSync, bytes: Uint8Array): void {
  if (bytes.length === 0) return;
  const { schema, counters, changeset } = decodeChanges(bytes);
  if (schema !== SCHEMA_VERSION) {
    throw new DoesNotFit(
      `expected changes of schema version ${SCHEMA_VERSION}, got ${schema}. ` +
        "Install the same version of ClassCord on all nodes.",
    );
  }
  markApplying(sqlite, true);
  if (changeset.length > 0) applyChangeset(sqlite, changeset);
  for (const [table, value] of counters) setCounter(sqlite, table, value);
  markApplying(sqlite, false);
}

function applyChangeset(sqlite: DatabaseSync, changeset: Uint8Array): void {
  let conflict = 0;
  const applied = sqlite.applyChangeset(changeset, {
    onConflict(type: number) {
      conflict = type;
      return constants.SQLITE_CHANGESET_ABORT;
    },
  });
  if (applied) return;
  const reason = CONFLICTS[conflict - 1] ?? "it was refused";
  throw new DoesNotFit(`a change of the log does not fit this database: ${reason}.`);
}

// Deno binds numbers as REAL, and the columns of this table convert nothing.
function setCounter(sqlite: DatabaseSync, table: string, value: number): void {
  const { changes } = sqlite.prepare(
    "UPDATE sqlite_sequence SET seq = CAST(? AS INTEGER) WHERE name = ?",
  ).run(value, table);
  if (Number(changes) > 0) return;
  sqlite.prepare("INSERT INTO sqlite_sequence (name, seq) VALUES (?, CAST(? AS INTEGER))")
    .run(table, value);
}
