// Applies the changes of a turn to a copy of the database.
import { constants, type DatabaseSync, type StatementSync } from "node:sqlite";
import { readPragma } from "../../store/inspect.ts";
import { SCHEMA_VERSION } from "../../store/migrations.ts";
import { PLACE_TABLE } from "../../store/log/place.ts";
import { decodeChanges, identityOf, schemaOf } from "./changes.ts";
import { tablesOf } from "./changeset.ts";
import { RowWriter } from "./row_writer.ts";

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

/** Applies changes to a database, which must have been prepared for the log. */
export class Applier {
  readonly #sqlite: DatabaseSync;
  readonly #rows: RowWriter;
  readonly #identity: string;
  /** The version of the schema; `undefined` before it is read. */
  #schema: number | undefined;
  // Prepared, because most batches are small.
  readonly #mark: StatementSync;
  readonly #unmark: StatementSync;
  readonly #updateCounter: StatementSync;
  readonly #insertCounter: StatementSync;

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
    this.#rows = new RowWriter(sqlite);
    this.#identity = identityOf(sqlite);
    this.#mark = sqlite.prepare(`UPDATE ${PLACE_TABLE} SET applying = 1`);
    this.#unmark = sqlite.prepare(`UPDATE ${PLACE_TABLE} SET applying = 0`);
    // Deno binds numbers as REAL, and the columns of this table convert nothing.
    this.#updateCounter = sqlite.prepare(
      "UPDATE sqlite_sequence SET seq = CAST(? AS INTEGER) WHERE name = ?",
    );
    this.#insertCounter = sqlite.prepare(
      "INSERT INTO sqlite_sequence (seq, name) VALUES (CAST(? AS INTEGER), ?)",
    );
  }

  /**
   * Forgets what it knows of the schema, because it may have changed.
   */
  reset(): void {
    this.#schema = undefined;
    this.#rows.reset();
  }

  /**
   * Returns the version of the schema that changes need, if it is newer than that of the database, and known.
   *
   * @throws {MalformedBytes}
   */
  newerSchema(bytes: Uint8Array): number | undefined {
    const schema = schemaOf(bytes);
    return schema > this.#present && schema <= SCHEMA_VERSION ? schema : undefined;
  }

  /**
   * Applies changes inside an open transaction. Foreign keys must be off: the changes contain what their actions did.
   *
   * @returns The tables that have changed.
   * @throws {DoesNotFit} If any change does not fit. The transaction must then be rolled back.
   * @throws {MalformedBytes}
   */
  apply(bytes: Uint8Array): ReadonlySet<string> {
    const { schema, identity, counters, changeset } = decodeChanges(bytes);
    this.#check(schema);
    if (identity !== this.#identity) {
      throw new DoesNotFit(
        "the database of this node did not begin as a copy of the one of its cluster. " +
          "Move the data directory away and start again with an empty one.",
      );
    }
    // The triggers do not repeat what the changes contain.
    this.#mark.run();
    if (changeset.length > 0 && !this.#rows.write(changeset)) {
      applyChangeset(this.#sqlite, changeset);
    }
    for (const [table, value] of counters) {
      const { changes } = this.#updateCounter.run(value, table);
      if (Number(changes) === 0) this.#insertCounter.run(value, table);
    }
    this.#unmark.run();
    return tablesOf(changeset);
  }

  get #present(): number {
    return this.#schema ??= readPragma(this.#sqlite, "user_version");
  }

  #check(schema: number): void {
    const present = this.#present;
    if (schema === present) return;
    throw new DoesNotFit(
      `the log has changes of schema version ${schema}, this node has ${present} and knows ${SCHEMA_VERSION}. ` +
        "Install the version of ClassCord that the other nodes have.",
    );
  }
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
  throw new DoesNotFit(
    `a change of the log does not fit this database: ${reason}. ` +
      "Move the data directory away and start again with an empty one: the server gets a copy.",
  );
}
