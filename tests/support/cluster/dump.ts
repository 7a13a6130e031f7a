// The content of a database as text, to compare copies.
import type { DatabaseSync } from "node:sqlite";
import { LOCAL_TABLES } from "../../../lib/cluster/copies/local_tables.ts";

/** Returns all rows of all replicated tables, the counters of AUTOINCREMENT, and the version of the schema. */
export function dump(sqlite: DatabaseSync): Record<string, unknown> {
  const tables = sqlite.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_stat%' ESCAPE '\\'",
  ).all().map(({ name }) => name as string).filter((name) => !LOCAL_TABLES.has(name));
  const rows = tables.map((table) => {
    const columns = sqlite.prepare(`SELECT name FROM pragma_table_info('${table}')`).all();
    const quoted = columns.map(({ name }) => `quote("${name}")`).join(" || ', ' || ");
    const lines = sqlite.prepare(`SELECT ${quoted} AS line FROM "${table}"`).all()
      .map(({ line }) => line as string).sort();
    const own = [...LOCAL_TABLES].map((local) => `'${local}'`);
    return [table, lines.filter((line) => !own.some((local) => line.startsWith(local)))];
  });
  const version = sqlite.prepare("PRAGMA user_version").get()!["user_version"];
  return { version, ...Object.fromEntries(rows) };
}

/** Returns what SQLite finds wrong in a database: pages, indexes, constraints and foreign keys. */
export function faults(sqlite: DatabaseSync): unknown[] {
  const checks = sqlite.prepare("PRAGMA integrity_check").all().map((row) =>
    row["integrity_check"]
  );
  return [
    ...checks.filter((text) => text !== "ok"),
    ...sqlite.prepare("PRAGMA foreign_key_check").all(),
  ];
}
