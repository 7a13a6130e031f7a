// Which node begins a cluster with its database, also when it is killed at any moment of this.
import assert from "node:assert/strict";
import { lacksDatabase } from "../../../lib/cluster/copies/database_file.ts";
import { Founding } from "../../../lib/cluster/copies/founding.ts";
import { prepareForLog } from "../../../lib/cluster/copies/fitting.ts";
import { readPlace } from "../../../lib/cluster/copies/place.ts";
import { LogGone } from "../../../lib/cluster/batch.ts";
import { NotYetThere } from "../../../lib/cluster/doubt.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { addAccount } from "../../support/database.ts";
import { withDirectory } from "../../support/directory.ts";

/** Opens a founding. Opening another one for the same directory is what a node does after it was killed. */
function foundingOf(dataDir: string, now?: () => number): Founding {
  return new Founding({ dataDir, synchronous: "normal", ...now !== undefined && { now } });
}

function placeOf(dataDir: string): ReturnType<typeof readPlace> {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  try {
    return readPlace(database.sqlite);
  } finally {
    database.close();
  }
}

function names(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

Deno.test("a node whose proposal is accepted has a new database, also if it was killed in between", async () => {
  await withDirectory((dataDir) => {
    const identity = foundingOf(dataDir).propose();
    assert.equal(lacksDatabase(dataDir), true, "not before it is accepted");
    assert.equal(
      foundingOf(dataDir).propose(),
      identity,
      "after it was killed, it proposes the same",
    );
    foundingOf(dataDir).decide(identity);
    assert.deepEqual(names(dataDir), ["classcord.db"]);
    assert.deepEqual(placeOf(dataDir), { log: identity, sequence: 0 });
  });
});

Deno.test("a node whose proposal is not accepted has no database", async () => {
  await withDirectory((dataDir) => {
    const founding = foundingOf(dataDir);
    founding.propose();
    founding.decide("of another node");
    assert.deepEqual(names(dataDir), []);
  });
});

Deno.test("a database with data begins a cluster, or stays as it was", async () => {
  await withDirectory((dataDir) => {
    const database = openDatabase(dataDir, { synchronous: "normal" });
    addAccount(database, "ada");
    database.close();
    const refused = foundingOf(dataDir);
    refused.propose();
    refused.decide("of another node");
    assert.equal(placeOf(dataDir), undefined);
    const accepted = foundingOf(dataDir);
    const identity = accepted.propose();
    accepted.decide(identity);
    assert.deepEqual(placeOf(dataDir), { log: identity, sequence: 0 });
  });
});

Deno.test("a database with batches of a log that is missing proposes nothing: it doubts first, then refuses", async () => {
  await withDirectory((dataDir) => {
    const database = openDatabase(dataDir, { synchronous: "normal" });
    prepareForLog(database.sqlite, { log: "lost", sequence: 7 });
    database.close();
    let now = 0;
    const founding = foundingOf(dataDir, () => now);
    assert.throws(() => founding.propose(), NotYetThere);
    now = 14_999;
    assert.throws(() => founding.propose(), NotYetThere);
    now = 15_000;
    assert.throws(() => founding.propose(), (error: Error) => {
      assert.ok(error instanceof LogGone);
      assert.match(error.message, /has 7 batches of the log lost.*cluster init/);
      return true;
    });
  });
});
