// What a database needs for the log: tables that SQLite's sessions record, and triggers that copies do not repeat.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Applier, DoesNotFit } from "../../../lib/cluster/copies/apply.ts";
import { Capture } from "../../../lib/cluster/copies/capture.ts";
import { encodeChanges } from "../../../lib/cluster/copies/changes.ts";
import { withoutTables } from "../../../lib/cluster/copies/changeset.ts";
import { guardTrigger, NotReplicable, prepareForLog } from "../../../lib/cluster/copies/fitting.ts";
import { LOCAL_TABLES, LOCAL_TRIGGERS } from "../../../lib/cluster/copies/local_tables.ts";
import { readPlace } from "../../../lib/cluster/copies/place.ts";
import { fitPlace, WrongLog } from "../../../lib/cluster/copies/place_check.ts";
import { MalformedBytes } from "../../../lib/cluster/bytes.ts";
import { inspect } from "../../../lib/store/inspect.ts";
import { migrate, SCHEMA_VERSION } from "../../../lib/store/migrations.ts";
import { withDatabase } from "../../support/database.ts";

const ORIGIN = { log: "log", sequence: 0 };

function memory(sql: string): DatabaseSync {
  const sqlite = new DatabaseSync(":memory:");
  sqlite.exec(`CREATE TABLE audit (id INTEGER PRIMARY KEY, action TEXT) STRICT; ${sql}`);
  return sqlite;
}

function prepared(): DatabaseSync {
  const sqlite = new DatabaseSync(":memory:");
  migrate(sqlite, 0);
  prepareForLog(sqlite, ORIGIN);
  return sqlite;
}

Deno.test("each trigger of the schema is guarded, or writes only to tables that each node keeps", () => {
  using sqlite = prepared();
  const triggers = sqlite.prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    .all() as { name: string; sql: string }[];
  assert.ok(triggers.length >= 10);
  for (const { name, sql } of triggers) {
    const body = sql.slice(sql.indexOf("BEGIN"));
    const targets = [...body.matchAll(/\b(?:INTO|UPDATE|DELETE FROM) (\w+)/g)].map(([, to]) => to!);
    assert.ok(targets.length > 0, sql);
    const isLocal = targets.every((table) => LOCAL_TABLES.has(table));
    assert.equal(LOCAL_TRIGGERS.has(name), isLocal, sql);
    assert.equal(sql.includes("WHERE applying"), !isLocal, sql);
  }
});

Deno.test("a prepared database is prepared once, keeps its place, and still opens without a cluster", async () => {
  await withDatabase((database) => {
    const { sqlite } = database;
    prepareForLog(sqlite, { log: "a", sequence: 7 });
    const schema = () => sqlite.prepare("SELECT sql FROM sqlite_schema ORDER BY name").all();
    const before = schema();
    prepareForLog(sqlite, { log: "b", sequence: 9 });
    assert.deepEqual(schema(), before);
    assert.deepEqual(readPlace(sqlite), { log: "a", sequence: 7 });
    inspect(sqlite, database.path, true);
    sqlite.exec(
      "INSERT INTO accounts (name, key, password_hash, created_at) VALUES ('a','a','',0)",
    );
    sqlite.exec("DELETE FROM accounts");
    const { last_account } = sqlite.prepare("SELECT last_account FROM state").get()!;
    assert.equal(last_account, 1, "its triggers run as before");
  });
});

Deno.test("the guard keeps the condition and the body of a trigger", () => {
  const guarded = guardTrigger(
    "CREATE TRIGGER t AFTER UPDATE OF a, b ON x\n WHEN old.a OR new.a\n BEGIN SELECT 1; END",
  );
  assert.match(
    guarded,
    /^CREATE TRIGGER t AFTER UPDATE OF a, b ON x WHEN NOT EXISTS \(.*\) AND \(/,
  );
  assert.match(guarded, /AND \(old\.a OR new\.a\) BEGIN SELECT 1; END$/);
  assert.throws(() => guardTrigger("CREATE TRIGGER t INSTEAD OF DELETE ON v BEGIN SELECT 1; END"), {
    name: "NotReplicable",
  });
});

Deno.test("tables that sessions would not record are refused by name", () => {
  const cases: [string, RegExp][] = [
    ["CREATE TABLE x (a)", /table x .* has no primary key/],
    ["CREATE TABLE x (a TEXT PRIMARY KEY)", /table x .* allows NULL in its primary key/],
    ["CREATE TABLE x (a INTEGER PRIMARY KEY, b INT AS (a + 1)) STRICT", /has a generated column/],
    ["CREATE VIRTUAL TABLE x USING fts5 (a)", /is a virtual table/],
  ];
  for (const [sql, expected] of cases) {
    using sqlite = memory(sql);
    assert.throws(() => prepareForLog(sqlite, ORIGIN), (error: Error) => {
      assert.ok(error instanceof NotReplicable);
      assert.match(error.message, expected);
      return true;
    });
  }
  for (
    const sql of [
      "CREATE TABLE x (a TEXT PRIMARY KEY) STRICT",
      "CREATE TABLE x (a TEXT PRIMARY KEY) WITHOUT ROWID",
      "CREATE TABLE x (a INTEGER PRIMARY KEY)",
    ]
  ) {
    using sqlite = memory(sql);
    prepareForLog(sqlite, ORIGIN);
    assert.deepEqual(readPlace(sqlite), ORIGIN);
  }
});

Deno.test("local tables leave no trace in the changes", () => {
  using sqlite = prepared();
  sqlite.exec("INSERT INTO messages VALUES (1,0,'global','a',NULL,NULL,NULL,'#x','secret',NULL)");
  const session = sqlite.createSession();
  sqlite.exec("DELETE FROM messages");
  const whole = session.changeset();
  const kept = withoutTables(whole, LOCAL_TABLES);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert.match(text(whole), /search_queue/);
  assert.doesNotMatch(text(kept), /search_queue/);
  assert.match(text(kept), /secret/);
  assert.deepEqual(withoutTables(whole, new Set()), whole);
  assert.equal(withoutTables(whole, new Set(["messages", "search_queue"])).length, 0);
  for (let length = 1; length < whole.length; length++) {
    try {
      withoutTables(whole.subarray(0, length), LOCAL_TABLES);
    } catch (error) {
      assert.ok(error instanceof MalformedBytes);
    }
  }
  session.close();
});

Deno.test("changes that do not fit a copy change nothing in it, and say why", () => {
  using leader = prepared();
  using copy = prepared();
  copy.exec("PRAGMA foreign_keys = OFF");
  const { identity } = leader.prepare("SELECT identity FROM state").get()!;
  copy.prepare("UPDATE state SET identity = ?").run(identity!);
  const ban = "INSERT INTO bans VALUES (1, 'user', 'x', 'x', '', '', 0, NULL)";
  const capture = new Capture(leader);
  leader.exec(ban);
  leader.exec("INSERT INTO mutes VALUES ('x', NULL, 'x', '', '', 0, NULL)");
  const changes = capture.take();
  capture.close();
  copy.exec(ban);
  copy.exec("BEGIN");
  assert.throws(() => new Applier(copy).apply(changes), /a row to add exists/);
  copy.exec("ROLLBACK");
  assert.equal(copy.prepare("SELECT count(*) AS n FROM mutes").get()!["n"], 0);
});

Deno.test("changes of another version of the schema are refused, although SQLite would skip them", () => {
  using copy = prepared();
  const changes = encodeChanges({
    schema: SCHEMA_VERSION + 1,
    identity: "",
    counters: [],
    changeset: new Uint8Array(),
  });
  assert.throws(() => new Applier(copy).apply(changes), DoesNotFit);
  assert.throws(
    () => new Applier(copy).apply(changes),
    /Install the version of ClassCord that the other nodes have/,
  );
});

Deno.test("changes of a database that began apart are refused, although they would fit", () => {
  using leader = prepared();
  using other = prepared();
  const capture = new Capture(leader);
  leader.exec("INSERT INTO bans VALUES (1, 'user', 'x', 'x', '', '', 0, NULL)");
  const changes = capture.take();
  capture.close();
  assert.throws(() => new Applier(other).apply(changes), DoesNotFit);
  assert.throws(() => new Applier(other).apply(changes), /did not begin as a copy/);
});

Deno.test("a place decides whether a database follows, needs a copy, or does not belong to the log", () => {
  const log = { identity: "a", first: 10, last: 20 };
  const at = (sequence: number) => ({ log: "a", sequence });
  assert.equal(fitPlace(at(20), log), "follow");
  assert.equal(fitPlace(at(9), log), "follow");
  assert.equal(fitPlace(at(8), log), "copy");
  assert.equal(fitPlace(at(0), { identity: "a", first: 1, last: 0 }), "follow");
  assert.throws(() => fitPlace(at(21), log), WrongLog);
  assert.throws(
    () => fitPlace(at(21), log),
    /ahead of the log: it has batch 21, .* ends with batch 20/,
  );
  assert.throws(
    () => fitPlace({ log: "b", sequence: 15 }, log),
    /another log \(expected a, got b\)/,
  );
  assert.throws(() => fitPlace(undefined, log), /never belonged to this cluster/);
});
