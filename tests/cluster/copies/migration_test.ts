// Nodes of different versions: the first leader of the newer version migrates the database at a place in the log.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { DoesNotFit } from "../../../lib/cluster/copies/apply.ts";
import { encodeChanges, identityOf } from "../../../lib/cluster/copies/changes.ts";
import { prepareForLog } from "../../../lib/cluster/copies/fitting.ts";
import { NodeDatabase } from "../../../lib/cluster/copies/node_database.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { APPLICATION_ID, readPragma } from "../../../lib/store/inspect.ts";
import { migrate, SCHEMA_VERSION } from "../../../lib/store/migrations.ts";
import { dump, faults } from "../../support/cluster/dump.ts";
import { Worker } from "../../support/cluster/worker.ts";
import { withDirectory } from "../../support/directory.ts";

const OLD = SCHEMA_VERSION - 2;

/** Makes the database of a node as an older version has written it, in some directories. */
function makeOld(...directories: string[]): void {
  const [first, ...others] = directories;
  for (const directory of directories) Deno.mkdirSync(directory);
  const sqlite = new DatabaseSync(`${first}/classcord.db`);
  sqlite.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA foreign_keys = ON`);
  migrate(sqlite, 0, OLD);
  sqlite.exec(`
    INSERT INTO accounts (name, key, password_hash, role, created_at)
      VALUES ('Ada', 'ada', '$argon2id$1', 'admin', 10);
    INSERT INTO messages (sent_at, subtype, sender, sender_account, channel, content)
      VALUES (1, 'global', 'Ada', 1, '#général', 'before');
  `);
  prepareForLog(sqlite, { log: "log", sequence: 0 });
  sqlite.close();
  for (const other of others) Deno.copyFileSync(`${first}/classcord.db`, `${other}/classcord.db`);
}

/** Returns changes as a leader of the older version makes them. */
function changesOfOld(directory: string): Uint8Array {
  const sqlite = new DatabaseSync(`${directory}/classcord.db`);
  const session = sqlite.createSession();
  sqlite.exec("UPDATE accounts SET role = 'moderator'");
  const changeset = session.changeset();
  session.close();
  const changes = encodeChanges({
    schema: OLD,
    identity: identityOf(sqlite),
    counters: [],
    changeset,
  });
  sqlite.close();
  return changes;
}

function openNode(directory: string): NodeDatabase {
  return new NodeDatabase(openDatabase(directory, { synchronous: "normal", inLog: "node" }));
}

/** The version that other processes see. */
function versionIn(directory: string): number {
  const sqlite = new DatabaseSync(`${directory}/classcord.db`, { readOnly: true });
  try {
    return readPragma(sqlite, "user_version");
  } finally {
    sqlite.close();
  }
}

Deno.test("a leader of a newer version migrates with its first batch, and the other nodes at that place in the log", async () => {
  await withDirectory((directory) => {
    const [a, b, c] = [`${directory}/a`, `${directory}/b`, `${directory}/c`];
    makeOld(a, b, c);
    const [leader, follower] = [openNode(a), openNode(b)];
    assert.equal(versionIn(a), OLD, "opening does not migrate it");
    // Both follow a leader of the older version.
    const before = changesOfOld(c);
    for (const node of [leader, follower]) node.apply(before, 1);

    leader.lead();
    leader.take();
    assert.equal(versionIn(a), OLD, "not before the log has it");
    // Another node was first.
    leader.follow();
    assert.equal(readPragma(leader.facade.sqlite, "user_version"), OLD);

    leader.lead();
    const first = leader.take();
    leader.acknowledged(2);
    assert.equal(versionIn(a), SCHEMA_VERSION);
    new Worker(leader.facade).write(0, 0, { content: "after" });
    leader.facade.sqlite.prepare("UPDATE accounts SET role = 'admin', external_id = 'x'").run();
    const second = leader.take();
    leader.acknowledged(3);

    follower.apply(first, 2);
    follower.apply(second, 3);
    follower.commit();
    assert.equal(versionIn(b), SCHEMA_VERSION);
    assert.deepEqual(dump(follower.facade.sqlite), dump(leader.facade.sqlite));
    for (const { facade } of [leader, follower]) assert.deepEqual(faults(facade.sqlite), []);
    // Nothing more is to be told.
    leader.follow();
    leader.lead();
    assert.equal(leader.take().length, 0);
    leader.close();
    follower.close();
  });
});

Deno.test("a node that is killed while it migrates goes on from there", async () => {
  await withDirectory((directory) => {
    const [a, b] = [`${directory}/a`, `${directory}/b`];
    makeOld(a, b);
    const leader = openNode(a);
    leader.lead();
    const changes = leader.take();
    leader.acknowledged(1);
    // It has migrated, but not stored that it has the batch.
    const killed = openNode(b);
    killed.apply(changes, 1);
    killed.close();
    const again = openNode(b);
    assert.deepEqual(again.place, { log: "log", sequence: 0 });
    again.apply(changes, 1);
    assert.deepEqual(dump(again.facade.sqlite), dump(leader.facade.sqlite));
    again.close();
    leader.close();
  });
});

Deno.test("a node of an older version says which schema the log has", async () => {
  await withDirectory((directory) => {
    makeOld(`${directory}/a`);
    const node = openNode(`${directory}/a`);
    const identity = identityOf(node.facade.sqlite);
    const changeset = new Uint8Array();
    const newer = encodeChanges({ schema: SCHEMA_VERSION + 1, identity, counters: [], changeset });
    assert.throws(() => node.apply(newer, 1), (error: Error) => {
      assert.ok(error instanceof DoesNotFit);
      const [has, knows] = [OLD, SCHEMA_VERSION];
      assert.match(
        error.message,
        new RegExp(`version ${knows + 1}, this node has ${has} and knows ${knows}`),
      );
      assert.match(error.message, /Install the version/);
      return true;
    });
    node.close();
  });
});

Deno.test("outside of the cluster, the database of an older version is not migrated by accident", async () => {
  await withDirectory((directory) => {
    makeOld(`${directory}/a`);
    const open = (inLog?: "alone") =>
      openDatabase(`${directory}/a`, { synchronous: "normal", ...inLog && { inLog } });
    assert.throws(() => open(), /belongs to a cluster and was written by an older ClassCord/);
    assert.equal(versionIn(`${directory}/a`), OLD);
    const alone = open("alone");
    assert.equal(alone.hasLeftLog, true);
    assert.equal(readPragma(alone.sqlite, "user_version"), SCHEMA_VERSION);
    alone.close();
  });
});
