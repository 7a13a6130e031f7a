// Tests of backup and restore.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { makeBackup, restoreBackup } from "../../lib/ops/backup.ts";
import { openDatabase } from "../../lib/store/database.ts";
import { StoreError } from "../../lib/store/errors.ts";
import { MessageStore } from "../../lib/store/messages.ts";
import { lockForServer, ServerRunning } from "../../lib/store/server_lock.ts";
import { withDirectory } from "../support/directory.ts";
import { newMessage } from "../support/messages.ts";

const day = (n: number) => new Date(Date.UTC(2026, 10, n, 2));

/** A data directory with `count` messages, and a directory for backups. */
async function withData(
  count: number,
  work: (paths: { dataDir: string; directory: string }) => Promise<void>,
): Promise<void> {
  await withDirectory(async (path) => {
    const dataDir = `${path}/data`;
    addMessages(dataDir, count);
    await work({ dataDir, directory: `${path}/backups` });
  });
}

function addMessages(dataDir: string, count: number): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  new MessageStore(database).append(Array.from({ length: count }, () => newMessage()));
  database.close();
}

function countMessages(path: string): unknown {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database.prepare("SELECT count(*) AS n FROM messages").get()!["n"];
  } finally {
    database.close();
  }
}

Deno.test("makeBackup copies a database that is in use into one file of its owner's", async () => {
  await withData(10, async ({ dataDir, directory }) => {
    const database = openDatabase(dataDir, { synchronous: "normal" });
    new MessageStore(database).append([newMessage()]);
    const { path, bytes } = await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    database.close();
    assert.equal(path, `${directory}/classcord-2026-11-01T02-00-00-000Z.db`);
    assert.equal(countMessages(path), 11);
    assert.equal(Deno.statSync(path).size, bytes);
    assert.equal(Deno.statSync(path).mode! & 0o777, 0o600);
    assert.deepEqual([...Deno.readDirSync(directory)].map(({ name }) => name), [
      "classcord-2026-11-01T02-00-00-000Z.db",
    ]);
  });
});

Deno.test("makeBackup keeps the newest and leaves other files alone", async () => {
  await withData(1, async ({ dataDir, directory }) => {
    await Deno.mkdir(directory);
    await Deno.writeTextFile(`${directory}/classcord-notes.db`, "mine");
    for (let n = 1; n <= 4; n++) await makeBackup({ dataDir, directory, keep: 2, now: day(n) });
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
    assert.deepEqual(names, [
      "classcord-2026-11-03T02-00-00-000Z.db",
      "classcord-2026-11-04T02-00-00-000Z.db",
      "classcord-notes.db",
    ]);
  });
});

Deno.test("makeBackup of a damaged database fails, keeps the older copies and leaves none behind", async () => {
  await withData(500, async ({ dataDir, directory }) => {
    const { path: good } = await makeBackup({ dataDir, directory, keep: 1, now: day(1) });
    const file = Deno.openSync(`${dataDir}/classcord.db`, { write: true });
    file.seekSync(4096 * 6, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(4096 * 3).fill(0xa5));
    file.close();
    await assert.rejects(makeBackup({ dataDir, directory, keep: 1, now: day(2) }), (error) => {
      assert.ok(error instanceof StoreError);
      assert.equal(error.kind, "corrupt");
      return true;
    });
    assert.deepEqual([...Deno.readDirSync(directory)].map(({ name }) => `${directory}/${name}`), [
      good,
    ]);
  });
});

Deno.test("makeBackup where there is no database says so, and makes none", async () => {
  await withDirectory(async (path) => {
    const options = { dataDir: `${path}/nothing`, directory: `${path}/b`, keep: 0, now: day(1) };
    await assert.rejects(makeBackup(options), /nothing\/classcord\.db/);
    assert.throws(() => Deno.statSync(`${path}/nothing`), Deno.errors.NotFound);
  });
});

Deno.test("restoreBackup puts the copy in place and keeps what was there", async () => {
  await withData(3, async ({ dataDir, directory }) => {
    const { path: copy } = await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    addMessages(dataDir, 4);
    for (const end of ["", "-wal", "-shm"]) {
      Deno.writeTextFileSync(`${dataDir}/search.db${end}`, "x");
    }
    const { path, previous } = await restoreBackup({ file: copy, dataDir, now: day(2) });
    assert.equal(countMessages(path), 3);
    assert.equal(countMessages(previous!), 7);
    // The index is of the messages before.
    const left = [...Deno.readDirSync(dataDir)].filter(({ name }) => name.startsWith("search.db"));
    assert.deepEqual(left, []);
    addMessages(dataDir, 1);
    assert.equal(countMessages(path), 4);
  });
});

Deno.test("restoreBackup refuses what is no copy, and beside a running server, and changes nothing", async () => {
  await withData(3, async ({ dataDir, directory }) => {
    const { path: copy } = await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    const path = `${dataDir}/classcord.db`;
    const text = `${directory}/text.db`;
    await Deno.writeTextFile(text, "text ".repeat(3000));
    const empty = `${directory}/empty.db`;
    await Deno.writeTextFile(empty, "");
    for (const file of [text, empty, `${directory}/missing.db`]) {
      await assert.rejects(restoreBackup({ file, dataDir, now: day(2) }), (error: Error) => {
        assert.ok(error instanceof StoreError, file);
        assert.ok(error.message.includes(file), error.message);
        return true;
      });
      assert.equal(countMessages(path), 3);
    }
    const lock = lockForServer(dataDir);
    await assert.rejects(restoreBackup({ file: copy, dataDir, now: day(2) }), ServerRunning);
    lock.release();
    const left = [...Deno.readDirSync(dataDir)].map(({ name }) => name)
      .filter((name) => !/^(classcord\.(lock|db(-wal|-shm)?)|last_backup\.json)$/.test(name));
    assert.deepEqual(left, []);
  });
});
