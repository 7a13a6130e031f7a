// The worker that copies the database for another node.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { copyInWorker } from "../../../lib/cluster/copies/copy_worker.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { addAccount } from "../../support/database.ts";
import { withDirectory } from "../../support/directory.ts";

const main = new URL("../../../main.ts", import.meta.url);

Deno.test("the event loop goes on while a worker copies the database", async () => {
  await withDirectory(async (directory) => {
    const database = openDatabase(directory, { synchronous: "normal" });
    addAccount(database, "Ada");
    const copying = copyInWorker(directory, `${directory}/copy`, { workerUrl: main });
    let turns = 0;
    let isDone = false;
    const done = copying.then(() => isDone = true);
    while (!isDone) {
      await new Promise((resolve) => setTimeout(resolve));
      turns++;
    }
    await done;
    assert.ok(turns > 3, String(turns));
    database.close();
    const copy = new DatabaseSync(`${directory}/copy`);
    assert.equal(copy.prepare("SELECT name FROM accounts").get()!["name"], "Ada");
    copy.close();
    assert.equal(Deno.statSync(`${directory}/copy`).mode! & 0o777, 0o600);
  });
});

Deno.test("a copy that fails says why and leaves no file", async () => {
  await withDirectory(async (directory) => {
    await assert.rejects(
      copyInWorker(`${directory}/none`, `${directory}/copy`, { workerUrl: main }),
      /open|file/,
    );
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("a copy that is ended leaves no file", async () => {
  await withDirectory(async (directory) => {
    openDatabase(directory, { synchronous: "normal" }).close();
    const ending = new AbortController();
    const copying = copyInWorker(directory, `${directory}/copy`, {
      workerUrl: main,
      signal: ending.signal,
    });
    ending.abort();
    await assert.rejects(copying, /ended/);
    assert.ok(![...Deno.readDirSync(directory)].some(({ name }) => name.startsWith("copy")));
  });
});
