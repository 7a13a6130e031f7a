// The connection of a node: one transaction for the turns of a leader, savepoints for the stores, no writes on copies.
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import {
  HeldSqlite,
  NotWritable,
  tableWrittenBy,
} from "../../../lib/cluster/copies/held_sqlite.ts";
import { probeWritable } from "../../../lib/store/probe.ts";
import { readConsistently, transact } from "../../../lib/store/transaction.ts";
import { addAccount, withDatabase } from "../../support/database.ts";

interface Fixture {
  readonly raw: DatabaseSync;
  readonly held: HeldSqlite;
  /** The names of the accounts, as the node sees them. */
  readonly names: () => string[];
  readonly add: (name: string) => void;
}

async function withHeld(mode: "leads" | "follows", work: (fixture: Fixture) => void) {
  await withDatabase((database) => {
    const held = new HeldSqlite(database.sqlite);
    held.setMode(mode);
    const facade = { ...database, sqlite: held.facade };
    work({
      raw: database.sqlite,
      held,
      names: () =>
        held.facade.prepare("SELECT name FROM accounts ORDER BY id").all()
          .map(({ name }) => name as string),
      add: (name) => void addAccount(facade, name),
    });
    held.close();
  });
}

Deno.test("the statements of a leader wait for the commit, and can be undone", async () => {
  await withHeld("leads", ({ held, names, add }) => {
    assert.deepEqual(names(), []);
    assert.equal(held.held, false, "reading begins no transaction");
    add("Ada");
    add("Bob");
    assert.equal(held.held, true);
    held.rollback();
    assert.deepEqual(names(), []);
    add("Cy");
    held.commit();
    held.rollback();
    assert.deepEqual(names(), ["Cy"]);
  });
});

Deno.test("a transaction of a store that fails is undone, and what was written before it stays", async () => {
  await withHeld("leads", ({ held, names, add }) => {
    add("Ada");
    const fail = () =>
      transact({ sqlite: held.facade }, () => {
        add("Bob");
        transact({ sqlite: held.facade }, () => add("Cy"));
        throw new RangeError("as planned");
      });
    assert.throws(fail, RangeError);
    assert.equal(held.facade.isTransaction, false);
    transact({ sqlite: held.facade }, () => add("Dee"));
    held.commit();
    held.rollback();
    assert.deepEqual(names(), ["Ada", "Dee"]);
  });
});

Deno.test("a consistent reading works with and without a transaction", async () => {
  await withHeld("leads", ({ held, names, add }) => {
    assert.deepEqual(readConsistently({ sqlite: held.facade }, names), []);
    assert.throws(
      () => readConsistently({ sqlite: held.facade }, () => add("Ada")),
      NotWritable,
      "a reading would throw away what it writes",
    );
    add("Bob");
    assert.deepEqual(readConsistently({ sqlite: held.facade }, names), ["Bob"]);
    held.commit();
    assert.deepEqual(names(), ["Bob"]);
  });
});

Deno.test("a deletion of all rows is recorded, even if a copy prepared it before it led", async () => {
  await withHeld("follows", ({ held, raw, add }) => {
    const deletion = held.facade.prepare("DELETE FROM accounts");
    held.setMode("leads");
    add("Ada");
    held.commit();
    const session = raw.createSession();
    deletion.run();
    assert.ok(session.changeset().length > 0);
    session.close();
  });
});

Deno.test("a copy refuses to write, except to the tables that each node keeps for itself", async () => {
  await withHeld("follows", ({ held, names, add }) => {
    assert.throws(() => add("Ada"), NotWritable);
    assert.throws(() => transact({ sqlite: held.facade }, () => add("Ada")), NotWritable);
    assert.throws(() => held.facade.exec("UPDATE state SET alive_at = 1"), NotWritable);
    assert.deepEqual(names(), []);
    const forget = () =>
      held.facade.prepare("DELETE FROM search_queue WHERE seq <= ?").run(9).changes;
    assert.equal(transact({ sqlite: held.facade }, forget), 0);
    assert.equal(held.held, false);
  });
});

Deno.test("the check whether the disk can be written works on leaders and on copies", async () => {
  for (const mode of ["leads", "follows"] as const) {
    await withHeld(mode, ({ held, raw }) => {
      probeWritable(held.facade);
      assert.equal(held.wrote, false);
      if (mode === "leads") held.begin();
      probeWritable(raw);
      held.commit();
      raw.exec("PRAGMA query_only = ON");
      assert.throws(() => probeWritable(held.facade), /readonly|query_only|read-only/);
    });
  }
});

Deno.test("after SQLite has rolled back by itself, nothing can be written until all is undone", async () => {
  await withHeld("leads", ({ held, raw, names, add }) => {
    add("Ada");
    // What SQLite does when the disk is full.
    raw.exec("ROLLBACK");
    assert.equal(held.lost, true);
    assert.throws(() => add("Bob"), NotWritable);
    assert.throws(() => transact({ sqlite: held.facade }, () => add("Bob")), NotWritable);
    assert.throws(() => held.facade.exec("DELETE FROM accounts"), NotWritable);
    held.rollback();
    assert.deepEqual(names(), []);
    add("Cy");
    held.commit();
    assert.deepEqual(names(), ["Cy"]);
  });
});

Deno.test("the table that a statement writes to is found, and unknown statements count as writing", () => {
  const cases: [string, string | undefined][] = [
    ["SELECT * FROM accounts", undefined],
    ["\n   SELECT 1", undefined],
    ["PRAGMA busy_timeout = 0", undefined],
    ["DELETE FROM accounts WHERE 0", undefined],
    ["DELETE FROM accounts WHERE id = 0", "accounts"],
    ["insert or ignore into search_queue VALUES (1)", "search_queue"],
    ["UPDATE OR REPLACE bans SET name = ?", "bans"],
    ["WITH x AS (SELECT 1) DELETE FROM bans", "a table"],
    ["CREATE TABLE x (a)", "a table"],
  ];
  for (const [sql, table] of cases) assert.equal(tableWrittenBy(sql), table, sql);
});
