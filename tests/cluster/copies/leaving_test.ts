// Whatever changes the database of a node outside the log is refused, or takes the database out of the log.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { prepareForLog } from "../../../lib/cluster/copies/fitting.ts";
import { NodeDatabase } from "../../../lib/cluster/copies/node_database.ts";
import { readPlace } from "../../../lib/cluster/copies/place.ts";
import { restoreBackup } from "../../../lib/ops/data/restore.ts";
import { makeBackup } from "../../support/backup.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { belongsToLog } from "../../../lib/store/log/place.ts";
import { addAccount } from "../../support/database.ts";
import { withDirectory } from "../../support/directory.ts";
import { runCommand } from "../../support/process.ts";
import { startTestServer } from "../../support/server.ts";

const PLACE = { log: "log", sequence: 7 };

/** Creates the database of a node with one account. */
function makeNode(directory: string): void {
  const database = openDatabase(directory, { synchronous: "normal" });
  addAccount(database, "Ada");
  prepareForLog(database.sqlite, PLACE);
  database.close();
}

function placeIn(directory: string): unknown {
  const sqlite = new DatabaseSync(`${directory}/classcord.db`, { readOnly: true });
  try {
    return readPlace(sqlite);
  } finally {
    sqlite.close();
  }
}

Deno.test("commands that would change the database of a node are refused while its server is off", async () => {
  await withDirectory(async (directory) => {
    makeNode(directory);
    const commands = [
      ["user", "disable", "Ada"],
      ["user", "export", "Ada"],
      ["export", "--private"],
    ];
    const results = await Promise.all(
      commands.map((command) => runCommand([...command, "--data-dir", directory])),
    );
    for (const [i, { code, stderr }] of results.entries()) {
      assert.match(stderr, /belongs to a cluster, and only its running server may change it/);
      assert.notEqual(code, 0, commands[i]!.join(" "));
    }
    const sqlite = new DatabaseSync(`${directory}/classcord.db`, { readOnly: true });
    assert.equal(sqlite.prepare("SELECT count(*) AS n FROM audit").get()!["n"], 0);
    sqlite.close();
    assert.deepEqual(placeIn(directory), PLACE);
    const { code } = await runCommand(["export", "--data-dir", directory]);
    assert.equal(code, 0, "reading is permitted");
  });
});

Deno.test("a server without a cluster takes the database out of the log, and says so", async () => {
  await withDirectory(async (directory) => {
    makeNode(directory);
    const server = await startTestServer({}, directory);
    assert.match(await server.log(), /the database has left its cluster/);
    await server[Symbol.asyncDispose]();
    assert.equal(placeIn(directory), undefined);
    const database = openDatabase(directory, { synchronous: "normal" });
    assert.throws(() => new NodeDatabase(database), /prepared for a log/);
    database.close();
  });
});

Deno.test("a backup that is restored has left the log, because its tokens were deleted", async () => {
  await withDirectory(async (directory) => {
    makeNode(`${directory}/data`);
    const { path } = await makeBackup({
      dataDir: `${directory}/data`,
      directory: `${directory}/backups`,
      keep: 0,
      now: new Date(0),
    });
    await restoreBackup({ file: path, dataDir: `${directory}/data`, now: new Date(0) });
    assert.equal(placeIn(`${directory}/data`), undefined);
    const database = openDatabase(`${directory}/data`, { synchronous: "normal" });
    assert.equal(belongsToLog(database.sqlite), false);
    database.close();
  });
});
