// Tests of lib/ops/data/backup.ts: backup and restore.
import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { abandonBackup, beginBackup, finishBackup } from "../../../lib/ops/data/backup.ts";
import { restoreBackup } from "../../../lib/ops/data/restore.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { StoreError } from "../../../lib/store/errors.ts";
import { migrate, SCHEMA_VERSION } from "../../../lib/store/migrations.ts";
import { MessageStore } from "../../../lib/store/messages.ts";
import { lockForServer, ServerRunning } from "../../../lib/store/server_lock.ts";
import { WebSessionStore } from "../../../lib/store/page/web_sessions.ts";
import { makeBackup } from "../../support/backup.ts";
import { addAccount } from "../../support/database.ts";
import { withDirectory } from "../../support/directory.ts";
import { newMessage } from "../../support/messages.ts";

const day = (n: number) => new Date(Date.UTC(2026, 10, n, 2));

/** Creates a data directory with `count` messages, and a directory for backups. */
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

function addMessages(dataDir: string, count: number, content = "hello"): void {
  const database = openDatabase(dataDir, { synchronous: "normal" });
  new MessageStore(database).append(Array.from({ length: count }, () => newMessage({ content })));
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

Deno.test("makeBackup copies a database in use to a single file that only its owner can read", async () => {
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

// Writes to the database of a data directory, one commit after the other, and counts the commits.
const WRITER = `
  import { DatabaseSync } from "node:sqlite";
  let sqlite, writes = 0, left = 0;
  function write() {
    if (left <= 0) { sqlite.close(); return postMessage(writes); }
    for (let n = 0; n < 20; n++) sqlite.exec("UPDATE state SET last_account = last_account + 1");
    writes += 20;
    left -= 20;
    setTimeout(write, 0);
  }
  onmessage = ({ data }) => {
    if (data === "stop") { left = 0; return; }
    sqlite = new DatabaseSync(data.path, { timeout: 5000 });
    left = data.most;
    write();
    postMessage("writing");
  };
  postMessage("ready");`;

Deno.test("makeBackup does not restart while the server keeps writing to the database", async () => {
  await withData(1, async ({ dataDir, directory }) => {
    addMessages(dataDir, 8_000, "x".repeat(4_000));
    const most = 40_000;
    const worker = new Worker(`data:text/javascript,${encodeURIComponent(WRITER)}`, {
      type: "module",
    });
    const next = () =>
      new Promise<unknown>((resolve) => worker.onmessage = ({ data }) => resolve(data));
    await next();
    worker.postMessage({ path: `${dataDir}/classcord.db`, most });
    await next();
    const { path } = await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    worker.postMessage("stop");
    const writes = await next();
    worker.terminate();
    assert.ok(typeof writes === "number" && writes < most, `it ended before write ${writes}`);
    assert.equal(countMessages(path), 8_001);
  });
});

Deno.test("makeBackup removes the partial copies of killed processes, and nothing else", async () => {
  await withData(1, async ({ dataDir, directory }) => {
    await Deno.mkdir(directory);
    const old = `${directory}/classcord-2026-10-31T02-00-00-000Z.db.partial`;
    const running = `${directory}/classcord-2026-11-01T01-59-00-000Z.db.partial`;
    const foreign = `${directory}/notes.db.partial`;
    // Copies of version 0.2.0 were files. Those of today are directories.
    const writing = `${directory}/classcord-2026-10-30T02-00-00-000Z.db.partial`;
    const killed = `${directory}/classcord-2026-10-29T02-00-00-000Z.db.partial`;
    for (const path of [writing, killed]) {
      await Deno.mkdir(path);
      await Deno.writeTextFile(`${path}/classcord.db`, "x");
      await Deno.utime(path, day(1), new Date(0));
    }
    await Deno.utime(`${writing}/classcord.db`, day(1), new Date(day(1).getTime() - 60_000));
    await Deno.utime(`${killed}/classcord.db`, day(1), new Date(0));
    for (const path of [old, running, foreign]) await Deno.writeTextFile(path, "x");
    await Deno.utime(old, day(1), new Date(day(1).getTime() - 7_200_000));
    await Deno.utime(running, day(1), new Date(day(1).getTime() - 60_000));
    await Deno.utime(foreign, day(1), new Date(0));
    await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
    assert.deepEqual(names, [
      "classcord-2026-10-30T02-00-00-000Z.db.partial",
      "classcord-2026-11-01T01-59-00-000Z.db.partial",
      "classcord-2026-11-01T02-00-00-000Z.db",
      "notes.db.partial",
    ]);
  });
});

Deno.test("a backup that is abandoned before or while SQLite copies leaves nothing", async () => {
  await withData(500, async ({ dataDir, directory }) => {
    const copied = { dataDir, directory, keep: 0, now: day(1) };
    const before = beginBackup(copied);
    abandonBackup(before);
    await assert.rejects(finishBackup(before), StoreError);
    assert.deepEqual([...Deno.readDirSync(directory)], []);
    const during = beginBackup(copied);
    const finishing = assert.rejects(finishBackup(during), StoreError);
    assert.equal([...Deno.readDirSync(directory)].length, 1);
    abandonBackup(during);
    await finishing;
    assert.deepEqual([...Deno.readDirSync(directory)], []);
  });
});

Deno.test("makeBackup keeps the newest copies and does not touch other files", async () => {
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

Deno.test("makeBackup keeps its own copy and removes older ones first, even after the clock is set back", async () => {
  await withData(1, async ({ dataDir, directory }) => {
    const make = async (now: Date) =>
      (await makeBackup({ dataDir, directory, keep: 3, now })).path.slice(directory.length + 1);
    const kept = () => [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
    const first = await make(day(1));
    const ahead = await make(new Date(Date.UTC(2099, 0, 1)));
    const right = await make(day(2));
    assert.equal(right, "classcord-2026-11-02T02-00-00-000Z-1.db");
    assert.deepEqual(kept(), [first, right, ahead].sort());
    const next = await make(day(3));
    assert.equal(next, "classcord-2026-11-03T02-00-00-000Z-1.db");
    assert.deepEqual(kept(), [right, next, ahead].sort(), "the oldest goes");
    const behind = await make(new Date(0));
    assert.deepEqual(kept(), [right, next, behind].sort(), "then the one with the wrong time");
    assert.equal(behind, "classcord-1970-01-01T00-00-00-000Z-2.db");
    const after = await make(day(4));
    assert.deepEqual(kept(), [next, behind, after].sort());
    // Copying or touching a file later does not make it newer.
    await Deno.utime(`${directory}/${next}`, new Date(), new Date());
    const last = await make(day(5));
    assert.deepEqual(kept(), [behind, after, last].sort());
  });
});

Deno.test("makeBackup of a damaged database fails, keeps the older copies and leaves no partial copy", async () => {
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

Deno.test("makeBackup without a database fails and does not create one", async () => {
  await withDirectory(async (path) => {
    const options = { dataDir: `${path}/nothing`, directory: `${path}/b`, keep: 0, now: day(1) };
    await assert.rejects(makeBackup(options), /nothing\/classcord\.db/);
    assert.throws(() => Deno.statSync(`${path}/nothing`), Deno.errors.NotFound);
  });
});

Deno.test("restoreBackup installs the copy and keeps the previous database", async () => {
  await withData(3, async ({ dataDir, directory }) => {
    const { path: copy } = await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    addMessages(dataDir, 4);
    const { path, previous } = await restoreBackup({ file: copy, dataDir, now: day(2) });
    assert.equal(countMessages(path), 3);
    assert.equal(countMessages(previous!), 7);
    addMessages(dataDir, 1);
    assert.equal(countMessages(path), 4);
  });
});

Deno.test("restoreBackup ends all tokens, and leaves nothing of them in the file", async () => {
  await withData(1, async ({ dataDir, directory }) => {
    const database = openDatabase(dataDir, { synchronous: "normal" });
    const { id: accountId } = addAccount(database, "ada");
    const token = { tokenHash: "digest-of-a-token", client: "Firefox", now: 1, expiresAt: 9 };
    new WebSessionStore(database).create({ accountId, ...token });
    database.close();
    const { path: file } = await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    const { path } = await restoreBackup({ file, dataDir, now: day(2) });
    const restored = openDatabase(dataDir, { synchronous: "normal" });
    assert.deepEqual(new WebSessionStore(restored).list(accountId, 0), []);
    restored.close();
    const bytes = await Deno.readFile(path);
    assert.ok(!new TextDecoder("latin1").decode(bytes).includes(token.tokenHash));
  });
});

Deno.test("restoreBackup rejects an incomplete database and changes nothing", async () => {
  await withData(3, async ({ dataDir, directory }) => {
    const { path: copy } = await makeBackup({ dataDir, directory, keep: 0, now: day(1) });
    const mark = "PRAGMA application_id = 0x436c4364;";
    const damaged: Record<string, (database: DatabaseSync) => void> = {
      "no tables": (database) => database.exec(`${mark} PRAGMA user_version = ${SCHEMA_VERSION};`),
      "no tables, no version": (database) => database.exec(mark),
      "no tables but another": (database) =>
        database.exec(`${mark} PRAGMA user_version = 1; CREATE TABLE notes (text);`),
      "version 0": (database) => copyInto(database, "PRAGMA user_version = 0"),
      "version -1": (database) => copyInto(database, "PRAGMA user_version = -1"),
      "a version older than its tables": (database) =>
        copyInto(database, "PRAGMA user_version = 1"),
      "the version before": (database) =>
        copyInto(database, `PRAGMA user_version = ${SCHEMA_VERSION - 1}`),
      "version 99": (database) => copyInto(database, "PRAGMA user_version = 99"),
      "no index": (database) => copyInto(database, "DROP INDEX messages_between"),
      "no trigger": (database) => copyInto(database, "DROP TRIGGER search_delete"),
      "no column": (database) =>
        copyInto(database, "ALTER TABLE accounts DROP COLUMN last_login_at"),
      "no table": (database) => copyInto(database, "DROP TABLE bans"),
    };
    function copyInto(database: DatabaseSync, sql: string): void {
      const file = database.location()!;
      database.close();
      Deno.copyFileSync(copy, file);
      database.open();
      database.exec(sql);
    }
    for (const [what, make] of Object.entries(damaged)) {
      const file = `${directory}/${what}.db`;
      const database = new DatabaseSync(file);
      make(database);
      database.close();
      await assert.rejects(restoreBackup({ file, dataDir, now: day(2) }), (error: Error) => {
        assert.ok(error instanceof StoreError, `${what}: ${error.stack}`);
        assert.ok(error.message.includes(file), error.message);
        return true;
      }, what);
      assert.equal(countMessages(`${dataDir}/classcord.db`), 3, what);
      const left = [...Deno.readDirSync(dataDir)].map(({ name }) => name)
        .filter((name) => /restor/.test(name));
      assert.deepEqual(left, [], what);
    }
    await assert.rejects(restoreBackup({ file: directory, dataDir, now: day(2) }), StoreError);
    assert.equal(countMessages(`${dataDir}/classcord.db`), 3);
  });
});

Deno.test("restoreBackup accepts a copy of the first version, and the next start migrates it", async () => {
  await withData(1, async ({ dataDir, directory }) => {
    await Deno.mkdir(directory);
    const file = `${directory}/first.db`;
    const old = new DatabaseSync(file);
    migrate(old, 0, 1);
    old.exec(`PRAGMA application_id = 0x436c4364`);
    old.close();
    await restoreBackup({ file, dataDir, now: day(2) });
    const database = openDatabase(dataDir, { synchronous: "normal" });
    assert.equal(new MessageStore(database).count(), 0);
    database.close();
  });
});

Deno.test("restoreBackup rejects other files, or any file while a server runs, and changes nothing", async () => {
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
