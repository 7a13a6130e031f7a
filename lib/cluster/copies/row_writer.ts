// Applies small changesets with prepared statements. SQLite's own function compiles its statements again for each
// changeset, which takes longer than the changes of a small turn.
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { type Change, type ChangedTable, readChangeset, UNCHANGED } from "./changeset.ts";

/** Larger changesets are left to SQLite, in bytes. It takes less time for more than about fifteen messages. */
const SMALL_BYTES = 1_536;

/** A table, and its statements that were compiled so far. */
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly keys: readonly boolean[];
  readonly statements: Map<string, StatementSync>;
}

/** Writes rows to a database. */
export class RowWriter {
  readonly #sqlite: DatabaseSync;
  readonly #tables = new Map<string, Table>();
  readonly #begin: StatementSync;
  readonly #keep: StatementSync;

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
    this.#begin = sqlite.prepare("SAVEPOINT rows");
    this.#keep = sqlite.prepare("RELEASE rows");
  }

  /** Forgets what it knows of the schema, because it may have changed. */
  reset(): void {
    this.#tables.clear();
  }

  /**
   * Makes the changes of a changeset, inside a transaction.
   *
   * @returns Whether they were made. If not, nothing has changed: SQLite's own function may know how, or say what does
   * not fit.
   * @throws The error of SQLite, if it has rolled back the transaction.
   * @throws {MalformedBytes}
   */
  write(changeset: Uint8Array): boolean {
    if (changeset.length > SMALL_BYTES) return false;
    const tables = readChangeset(changeset);
    if (tables === undefined) return false;
    this.#begin.run();
    const areMade = this.#make(tables);
    if (!areMade) this.#sqlite.exec("ROLLBACK TO rows");
    this.#keep.run();
    return areMade;
  }

  #make(tables: readonly ChangedTable[]): boolean {
    try {
      return tables.every((changed) => {
        const table = this.#find(changed);
        return table !== undefined &&
          changed.changes.every((change) => make(change, table, this.#sqlite));
      });
    } catch (error) {
      // If the disk is full, SQLite has rolled everything back. Otherwise it was a constraint.
      if (!this.#sqlite.isTransaction) throw error;
      return false;
    }
  }

  #find({ name, keys }: ChangedTable): Table | undefined {
    const known = this.#tables.get(name) ?? this.#describe(name);
    this.#tables.set(name, known);
    const fits = known.keys.length === keys.length && known.keys.every((key, i) => key === keys[i]);
    return fits ? known : undefined;
  }

  #describe(name: string): Table {
    const rows = this.#sqlite.prepare("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid")
      .all(name);
    return {
      name,
      columns: rows.map((row) => `"${row["name"]}"`),
      keys: rows.map((row) => (row["pk"] as number) > 0),
      statements: new Map(),
    };
  }
}

/** Makes one change. @returns Whether it concerned exactly one row. */
function make(change: Change, table: Table, sqlite: DatabaseSync): boolean {
  const { kind, before, after } = change;
  const changed = after.map((value) => value !== UNCHANGED);
  const compared = before.map((value) => value !== UNCHANGED);
  const id = kind === "update"
    ? changed.map((each, i) => each ? 2 : compared[i] ? 1 : 0).join("")
    : kind;
  let statement = table.statements.get(id);
  if (statement === undefined) {
    statement = sqlite.prepare(sqlOf(table, { kind, changed, compared }));
    table.statements.set(id, statement);
  }
  const values = [...after, ...before].filter((value) => value !== UNCHANGED);
  return Number(statement.run(...values as SQLInputValue[]).changes) === 1;
}

/** Which columns a statement sets and compares. */
interface Shape {
  readonly kind: Change["kind"];
  readonly changed: readonly boolean[];
  readonly compared: readonly boolean[];
}

function sqlOf({ name, columns }: Table, { kind, changed, compared }: Shape): string {
  if (kind === "insert") {
    return `INSERT INTO "${name}" (${columns.join(", ")}) VALUES (${
      columns.map(() => "?").join(", ")
    })`;
  }
  const found = columns.filter((_, i) => compared[i]).map((column) => `${column} IS ?`).join(
    " AND ",
  );
  if (kind === "delete") return `DELETE FROM "${name}" WHERE ${found}`;
  const set = columns.filter((_, i) => changed[i]).map((column) => `${column} = ?`).join(", ");
  return `UPDATE "${name}" SET ${set} WHERE ${found}`;
}
