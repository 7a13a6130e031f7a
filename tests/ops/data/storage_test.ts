// Tests of the metrics of the disk, and of the record that a backup leaves.
import assert from "node:assert/strict";
import { makeBackup } from "../../support/backup.ts";
import { readStorage, recordBackup } from "../../../lib/ops/data/storage.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { withDirectory } from "../../support/directory.ts";
import { startTestServer } from "../../support/server.ts";

Deno.test("readStorage measures the database, its log and its filesystem", async () => {
  await withDirectory((dataDir) => {
    openDatabase(dataDir, { synchronous: "normal" }).close();
    const { size } = Deno.statSync(`${dataDir}/classcord.db`);
    assert.equal(readStorage(dataDir).databaseBytes, size);
    Deno.writeTextFileSync(`${dataDir}/classcord.db-wal`, "x".repeat(1000));
    const storage = readStorage(dataDir);
    assert.equal(storage.databaseBytes, size + 1000);
    assert.ok(storage.freeBytes > 0 && storage.freeBytes < storage.filesystemBytes);
    assert.equal(storage.lastBackup, undefined);
  });
});

Deno.test("readStorage returns NaN for missing files, and no backup for a damaged record", async () => {
  assert.deepEqual(readStorage("/nowhere"), {
    databaseBytes: NaN,
    filesystemBytes: NaN,
    freeBytes: NaN,
    lastBackup: undefined,
  });
  await withDirectory((dataDir) => {
    for (const text of ["", "{}", "null", '{"at":"soon","bytes":1}', '{"at":"2026-01-01"}']) {
      Deno.writeTextFileSync(`${dataDir}/last_backup.json`, text);
      assert.equal(readStorage(dataDir).lastBackup, undefined, text);
    }
  });
});

Deno.test("a backup is reported to the server", async () => {
  await withDirectory(async (path) => {
    const dataDir = `${path}/data`;
    openDatabase(dataDir, { synchronous: "normal" }).close();
    const now = new Date("2026-11-01T02:00:00Z");
    const { bytes, untold } = await makeBackup({
      dataDir,
      directory: `${path}/backups`,
      keep: 0,
      now,
    });
    assert.equal(untold, undefined);
    assert.deepEqual(readStorage(dataDir).lastBackup, { at: now, bytes });
    assert.deepEqual(
      [...Deno.readDirSync(dataDir)].map(({ name }) => name).filter((name) => /last/.test(name)),
      ["last_backup.json"],
    );
  });
});

Deno.test("a backup that cannot be recorded still succeeds", async () => {
  await withDirectory(async (path) => {
    const dataDir = `${path}/data`;
    openDatabase(dataDir, { synchronous: "normal" }).close();
    Deno.mkdirSync(`${dataDir}/last_backup.json.new`);
    const { bytes, untold } = await makeBackup({
      dataDir,
      directory: `${path}/backups`,
      keep: 0,
      now: new Date(),
    });
    assert.ok(bytes > 0);
    assert.match(untold!, /directory/i);
  });
});

Deno.test("the record of a backup is not written through a symbolic link", async () => {
  await withDirectory((path) => {
    const other = `${path}/other`;
    Deno.writeTextFileSync(other, "mine");
    Deno.symlinkSync(other, `${path}/last_backup.json.new`);
    recordBackup(path, { at: new Date(5), bytes: 1 });
    assert.equal(Deno.readTextFileSync(other), "mine");
    assert.deepEqual(readStorage(path).lastBackup, { at: new Date(5), bytes: 1 });
  });
});

Deno.test("the server's metrics include the disk, the last backup and the bans", async () => {
  await using server = await startTestServer();
  const read = async (): Promise<Map<string, number>> => {
    const response = await fetch(`http://127.0.0.1:${server.metricsPort}/metrics`);
    const lines = (await response.text()).split("\n").filter((line) =>
      /^classcord_\w+ /.test(line)
    );
    return new Map(lines.map((line) => [line.split(" ")[0]!, Number(line.split(" ")[1])]));
  };
  const before = await read();
  assert.equal(before.get("classcord_last_backup_timestamp_seconds"), 0);
  assert.equal(before.get("classcord_bans"), 0);
  assert.ok(before.get("classcord_database_bytes")! > 4096);
  assert.ok(
    before.get("classcord_filesystem_free_bytes")! < before.get("classcord_filesystem_size_bytes")!,
  );
  recordBackup(server.dataDir, { at: new Date(1_800_000_000_000), bytes: 4711 });
  const after = await read();
  assert.equal(after.get("classcord_last_backup_timestamp_seconds"), 1_800_000_000);
  assert.equal(after.get("classcord_last_backup_bytes"), 4711);
});
