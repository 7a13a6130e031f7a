// Tests of lib/ops/data/storage_watch.ts: when it rejects writes, and what it logs once.
import assert from "node:assert/strict";
import { StorageWatch } from "../../../lib/ops/data/storage_watch.ts";
import { FakeClock } from "../../support/clock.ts";
import { withDirectory } from "../../support/directory.ts";

const MEBIBYTE = 2 ** 20;

/** Creates a watch with a clock and a disk that the test controls. */
function makeWatch(
  directory: string,
  { reserve = 256 * MEBIBYTE, shared = true, content = new Uint8Array() } = {},
) {
  const clock = new FakeClock(0);
  const lines: string[] = [];
  const room = { free: 2 ** 40, reserve, shares: 0 };
  const path = `${directory}/classcord.db`;
  Deno.writeFileSync(path, content);
  const database = {
    path,
    shared,
    share() {
      room.shares++;
      return database.shared = true;
    },
  };
  const watch = new StorageWatch({
    database,
    dataDir: directory,
    reserve: () => room.reserve,
    log: { write: (level, tag, text) => void lines.push(`${level} [${tag}] ${text}`) },
    clock,
    freeBytes: () => Promise.resolve(room.free),
  });
  return {
    watch,
    clock,
    room,
    path,
    /** Runs the next look to its end. */
    async look(): Promise<string[]> {
      lines.length = 0;
      assert.equal(clock.pass(1_000), 1);
      while (clock.waiting === 0) await new Promise((resolve) => setTimeout(resolve, 0));
      return lines;
    },
    lines,
  };
}

Deno.test("below the reserve nothing is stored, and the log reports the beginning and the end once", async () => {
  await withDirectory(async (directory) => {
    const { watch, look, room, clock } = makeWatch(directory);
    assert.deepEqual([await look(), watch.refusal], [[], undefined]);
    room.free = 256 * MEBIBYTE - 1;
    const begun = await look();
    assert.equal(begun.length, 1);
    assert.match(
      begun[0]!,
      /^error \[ERREUR\] 255 MiB are free.*reserve_bytes is 256 MiB.*refused/,
    );
    assert.equal(watch.refusal?.code, "busy");
    assert.equal(watch.refusal!.reason, "disk_full");
    assert.ok(watch.refusal!.retryAfter! > 0);
    for (const free of [200, 256, 255, 257, 250]) {
      room.free = free * MEBIBYTE;
      assert.deepEqual(await look(), [], "it does not tell of every file that comes and goes");
      assert.ok(watch.refusal);
    }
    room.free = 300 * MEBIBYTE;
    const ended = await look();
    assert.equal(ended.length, 1);
    assert.match(ended[0]!, /^info .*accepted again/);
    assert.equal(watch.refusal, undefined);
    watch.stop();
    assert.equal(clock.waiting, 0);
  });
});

Deno.test("the reserve is read at each look, 0 means none, and unknown free space does not reject writes", async () => {
  await withDirectory(async (directory) => {
    const { watch, look, room } = makeWatch(directory);
    room.free = 10;
    await look();
    assert.ok(watch.refusal);
    room.reserve = 0;
    await look();
    assert.equal(watch.refusal, undefined);
    room.reserve = 2 ** 40;
    room.free = NaN;
    await look();
    assert.equal(watch.refusal, undefined);
    watch.stop();
  });
});

Deno.test("a removed or replaced database file is noticed at the next look and at each use", async () => {
  await withDirectory(async (directory) => {
    const { watch, look, path } = makeWatch(directory);
    Deno.renameSync(path, `${path}.away`);
    assert.equal(watch.refusal, undefined, "it does not look at every request");
    const removed = await look();
    assert.match(removed.join("\n"), /^error \[ERREUR\] \S+classcord\.db was removed.*refused/);
    assert.equal(watch.refusal!.reason, "database_lost");
    assert.throws(() => watch.refuseLost(), { code: "busy" });
    Deno.writeTextFileSync(path, "another");
    assert.deepEqual(await look(), [], "it is told once");
    Deno.renameSync(`${path}.away`, path);
    assert.match((await look()).join("\n"), /^info .*is there again/);
    watch.refuseLost();
    Deno.writeTextFileSync(`${path}.new`, "");
    Deno.renameSync(`${path}.new`, path);
    assert.ok(watch.lost, "a use finds out before the next look does");
    watch.stop();
  });
});

Deno.test("a database file that is emptied, or that a copy is written into, is noticed at the next look", async () => {
  const header = (mode: number) => {
    const bytes = new Uint8Array(8192);
    bytes.set(new TextEncoder().encode("SQLite format 3\0"));
    bytes.set([16, 0, mode, mode], 16);
    return bytes;
  };
  await withDirectory(async (directory) => {
    const { watch, look, path } = makeWatch(directory, { content: header(2) });
    assert.deepEqual(await look(), []);
    const grown = header(2);
    // How many pages there are, and how often they changed.
    grown.fill(7, 24, 60);
    Deno.writeFileSync(path, grown);
    assert.deepEqual(await look(), [], "what the server itself writes is no loss");
    for (const other of [new Uint8Array(), header(1), new TextEncoder().encode("text")]) {
      Deno.writeFileSync(path, other);
      assert.match((await look()).join("\n"), /^error .*was overwritten.*classcord restore FILE/);
      assert.equal(watch.refusal!.reason, "database_lost");
      assert.ok(watch.lost);
      Deno.writeFileSync(path, header(2));
      assert.match((await look()).join("\n"), /^info .*is there again/);
    }
    watch.stop();
  });
});

Deno.test("a database that could not be shared on a full disk is shared once there is space", async () => {
  await withDirectory(async (directory) => {
    const { watch, look, room, lines } = makeWatch(directory, { shared: false });
    assert.match(lines.join("\n"), /warning .*commands such as `classcord backup` cannot use/);
    room.free = 0;
    await look();
    assert.equal(room.shares, 0);
    room.free = 2 ** 40;
    const told = await look();
    assert.equal(room.shares, 1);
    assert.match(told.join("\n"), /commands may use the database again/);
    assert.deepEqual(await look(), []);
    watch.stop();
  });
});
