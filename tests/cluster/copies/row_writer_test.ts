// The fast way to apply small changesets: it does the same as SQLite's own function, or nothing.
import { constants, DatabaseSync } from "node:sqlite";
import assert from "node:assert/strict";
import fc from "fast-check";
import { RowWriter } from "../../../lib/cluster/copies/row_writer.ts";

const SCHEMA = `
  CREATE TABLE plain (id INTEGER PRIMARY KEY, a TEXT UNIQUE, b, c REAL, d BLOB);
  CREATE TABLE pairs (x TEXT, y INTEGER, z ANY, PRIMARY KEY (x, y)) STRICT, WITHOUT ROWID`;

function open(sql = ""): DatabaseSync {
  const sqlite = new DatabaseSync(":memory:");
  sqlite.exec(`${SCHEMA}; ${sql}`);
  return sqlite;
}

/** Returns the changeset of some work. */
function changesetOf(sqlite: DatabaseSync, work: () => void): Uint8Array {
  const session = sqlite.createSession();
  work();
  const changeset = session.changeset();
  session.close();
  return changeset;
}

function rowsOf(sqlite: DatabaseSync): unknown {
  return [
    "SELECT quote(id) || typeof(b), quote(a), quote(b), quote(c), quote(d) FROM plain ORDER BY id",
    "SELECT quote(x), quote(y), quote(z) || typeof(z) FROM pairs ORDER BY x, y",
  ].map((sql) => sqlite.prepare(sql).all().map((row) => ({ ...row })));
}

/** Applies a changeset in the fast way. */
function write(sqlite: DatabaseSync, changeset: Uint8Array): boolean {
  sqlite.exec("BEGIN");
  const isDone = new RowWriter(sqlite).write(changeset);
  sqlite.exec("COMMIT");
  return isDone;
}

const VALUES =
  "(1, 'é', 9007199254740993, 1.0, x'00ff'), (2, '', -1.5, NULL, x''), (3, NULL, 'b', -0.0, NULL)";
const PAIRS = "('k', 9223372036854775807, 1), ('k', 1, 1.0), ('', -1, x'01')";

Deno.test("rows are added, changed and removed as SQLite would, with every kind of value", () => {
  using from = open();
  using to = open();
  const steps = [
    `INSERT INTO plain VALUES ${VALUES}; INSERT INTO pairs VALUES ${PAIRS}`,
    "UPDATE plain SET b = 5 WHERE id = 2; UPDATE pairs SET z = NULL WHERE y = 1; UPDATE plain SET c = 2, d = NULL",
    "DELETE FROM pairs WHERE x = 'k'; DELETE FROM plain WHERE id <> 2",
    "UPDATE plain SET id = 7",
  ];
  for (const sql of steps) {
    const changeset = changesetOf(from, () => from.exec(sql));
    assert.ok(changeset.length > 0, sql);
    assert.equal(write(to, changeset), true, sql);
    assert.deepEqual(rowsOf(to), rowsOf(from), sql);
  }
});

Deno.test("what does not fit, needs another order, or would not stay the same changes nothing", () => {
  const initial = "INSERT INTO plain VALUES (1, 'a', 1, NULL, NULL), (2, 'b', 2, NULL, NULL)";
  const cases: readonly [what: string, sql: string, other?: string][] = [
    ["a row that exists", "INSERT INTO plain (id) VALUES (9)", "INSERT INTO plain (id) VALUES (9)"],
    ["a row that is missing", "UPDATE plain SET b = 3 WHERE id = 1", "DELETE FROM plain"],
    ["a row with another value", "UPDATE plain SET b = 3", "UPDATE plain SET b = 8"],
    ["a removed row with another value", "DELETE FROM plain", "UPDATE plain SET c = 8"],
    [
      "unique values that change places",
      "UPDATE plain SET a = 'x' WHERE id = 1; UPDATE plain SET a = 'a' WHERE id = 2; UPDATE plain SET a = 'b' WHERE id = 1",
    ],
    ["a text with NUL", "INSERT INTO plain (id, a) VALUES (3, char(97, 0, 98))"],
    ["a text that is not UTF-8", "INSERT INTO plain (id, a) VALUES (3, CAST(x'ff' AS TEXT))"],
    ["a table with other columns", "INSERT INTO pairs VALUES ('a', 1, 1)", "DROP TABLE pairs"],
    ["much", `INSERT INTO plain (id, d) VALUES (3, zeroblob(20000))`],
  ];
  for (const [what, sql, other = ""] of cases) {
    using from = open(initial);
    using to = open(`${initial}; ${other}`);
    const before = to.prepare("SELECT * FROM plain").all();
    // The first row fits.
    const changeset = changesetOf(
      from,
      () => from.exec(`INSERT INTO plain (id, a) VALUES (100, 'new'); ${sql}`),
    );
    assert.equal(write(to, changeset), false, what);
    assert.deepEqual(to.prepare("SELECT * FROM plain").all(), before, what);
  }
});

const text = fc.oneof(
  fc.constantFrom("a", "b", "c", ""),
  fc.string({ unit: "binary", maxLength: 5 }),
);
const value = fc.oneof(
  text,
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.uint8Array({ maxLength: 5 }),
  fc.constant(null),
);
const id = fc.integer({ min: 1, max: 6 }).map(BigInt);
const work = fc.oneof(
  fc.record({
    sql: fc.constant("INSERT OR REPLACE INTO plain VALUES (?, ?, ?, 0.5, NULL)"),
    values: fc.tuple(id, fc.option(text), value),
  }),
  fc.record({
    sql: fc.constant("INSERT OR REPLACE INTO pairs VALUES (?, ?, ?)"),
    values: fc.tuple(text, id, value),
  }),
  fc.record({ sql: fc.constant("DELETE FROM plain WHERE id >= ?"), values: fc.tuple(id) }),
  fc.record({
    sql: fc.constant("UPDATE OR IGNORE plain SET a = ?, b = ? WHERE id = ?"),
    values: fc.tuple(text, value, id),
  }),
  fc.record({
    sql: fc.constant("UPDATE OR REPLACE pairs SET y = y + 1, z = ? WHERE y > ?"),
    values: fc.tuple(value, id),
  }),
);

Deno.test("whatever changes, both ways give the same database", () => {
  let fast = 0;
  fc.assert(fc.property(fc.array(fc.array(work, { maxLength: 6 }), { maxLength: 8 }), (turns) => {
    using from = open();
    using to = open();
    for (const turn of turns) {
      const changeset = changesetOf(from, () => {
        for (const { sql, values } of turn) from.prepare(sql).run(...values);
      });
      if (changeset.length === 0) continue;
      if (write(to, changeset)) fast++;
      else {
        const onConflict = () => constants.SQLITE_CHANGESET_ABORT;
        assert.equal(to.applyChangeset(changeset, { onConflict }), true);
      }
      assert.deepEqual(rowsOf(to), rowsOf(from));
    }
  }));
  assert.ok(fast > 100, `the fast way was taken ${fast} times`);
});
