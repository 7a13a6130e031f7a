// Records the changes of the database on the leader, turn by turn, whatever makes them.
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { SCHEMA_VERSION } from "../../store/migrations.ts";
import { encodeChanges, identityOf, NO_CHANGES } from "./changes.ts";
import { withoutTables } from "./changeset.ts";
import { LOCAL_TABLES } from "./local_tables.ts";

type Session = ReturnType<DatabaseSync["createSession"]>;

/** Records changes from its creation on. */
export class Capture {
  readonly #sqlite: DatabaseSync;
  readonly #selectCounters: StatementSync;
  readonly #identity: string;
  #session: Session;
  #counters: ReadonlyMap<string, number>;

  /** @param sqlite The only connection that writes to the database. */
  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite;
    this.#identity = identityOf(sqlite);
    this.#selectCounters = sqlite.prepare("SELECT name, seq FROM sqlite_sequence");
    this.#session = sqlite.createSession();
    this.#counters = this.#readCounters();
  }

  /**
   * Returns the changes since the last call, and begins to record the next turn.
   *
   * @param always Whether the version of the schema has to be told, even if nothing else has changed.
   */
  take(always = false): Uint8Array {
    const changeset = withoutTables(this.#session.changeset(), LOCAL_TABLES);
    this.#session.close();
    this.#session = this.#sqlite.createSession();
    const counters = this.#changedCounters();
    if (!always && changeset.length === 0 && counters.length === 0) return NO_CHANGES;
    return encodeChanges({
      schema: SCHEMA_VERSION,
      identity: this.#identity,
      counters,
      changeset,
    });
  }

  /** Ends the recording. */
  close(): void {
    this.#session.close();
  }

  // A changeset has no counters. A copy would count on from its rows, but the last row may have been deleted in the
  // turn in which it was added.
  #changedCounters(): [string, number][] {
    const before = this.#counters;
    this.#counters = this.#readCounters();
    return [...this.#counters].filter(([table, value]) => before.get(table) !== value);
  }

  #readCounters(): Map<string, number> {
    const rows = this.#selectCounters.all() as { name: string; seq: number }[];
    return new Map(
      rows.filter(({ name }) => !LOCAL_TABLES.has(name)).map(({ name, seq }) => [name, seq]),
    );
  }
}
