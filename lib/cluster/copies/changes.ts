// The changes of a turn as bytes: SQLite's changeset, and the counters of AUTOINCREMENT, which it does not contain.
import type { DatabaseSync } from "node:sqlite";
import { ByteReader, ByteWriter } from "../bytes.ts";

/** The changes of the database in one turn. */
export interface Changes {
  /** The version of the schema. SQLite silently ignores changes of tables that it does not know. */
  readonly schema: number;
  /** The identity of the database. Databases that began apart never become equal. */
  readonly identity: string;
  /** The counters that changed, by the name of the table. */
  readonly counters: readonly (readonly [table: string, value: number])[];
  readonly changeset: Uint8Array;
}

/** No change. */
export const NO_CHANGES: Uint8Array = new Uint8Array();

/** Returns changes as bytes. */
export function encodeChanges({ schema, identity, counters, changeset }: Changes): Uint8Array {
  const to = new ByteWriter();
  to.uint(schema);
  to.text(identity);
  to.list(counters, ([table, value]) => {
    to.text(table);
    to.uint(value);
  });
  to.blob(changeset);
  return to.done();
}

/** Reads changes. @throws {MalformedBytes} */
export function decodeChanges(bytes: Uint8Array): Changes {
  const from = new ByteReader(bytes, "changes");
  const schema = from.uint();
  const identity = from.text();
  const counters = from.list((): [string, number] => [from.text(), from.uint()]);
  const changeset = from.blob();
  from.end();
  return { schema, identity, counters, changeset };
}

/** Returns the version of the schema of changes. @throws {MalformedBytes} */
export function schemaOf(bytes: Uint8Array): number {
  return new ByteReader(bytes, "changes").uint();
}

/** Returns the identity of a database. */
export function identityOf(sqlite: DatabaseSync): string {
  return sqlite.prepare("SELECT identity FROM state").get()!["identity"] as string;
}
