// When a node removes erased people from its files and from the log: at a quiet moment, when no node needs the log.
import assert from "node:assert/strict";
import { Erasures, type ErasuresParts, WAIT_MS } from "../../lib/cluster/erasures.ts";

const NOW = Date.UTC(2026, 0, 1);

/** A node, and what is around it. */
function stage(more: Partial<ErasuresParts> = {}) {
  const seen = {
    ...{ place: 7, storedByAll: 0, areEmpty: true, silent: false, now: NOW },
    ...{ emptied: 0, appended: 0 },
  };
  const log = { first: 1, last: 7 };
  const erasures = new Erasures({
    database: { erased: 5, store: () => seen.place },
    log: {
      range: () => Promise.resolve({ identity: "log", ...log }),
      purge(upTo) {
        log.first = upTo + 1;
        return Promise.resolve();
      },
    },
    emptyLogs() {
      seen.emptied++;
      return Promise.resolve(seen.areEmpty);
    },
    storedByAll: () => seen.storedByAll,
    append: () => seen.appended++,
    isIncomplete: () => Promise.resolve(seen.silent),
    erasedAt: () => NOW,
    time: () => seen.now,
    told() {},
    ...more,
  });
  const look = async (times: number) => {
    for (let i = 0; i < times; i++) await erasures.look();
  };
  return { seen, log, erasures, look };
}

Deno.test("a node stores its place and empties its logs once, at a moment in which nothing is appended", async () => {
  const { seen, erasures, look } = stage();
  await look(1);
  seen.place = 8;
  await look(1);
  assert.equal(seen.emptied, 0, "something was appended between the looks");
  seen.areEmpty = false;
  await look(1);
  assert.deepEqual([seen.emptied, erasures.stored], [1, 0]);
  seen.areEmpty = true;
  await look(3);
  assert.deepEqual([seen.emptied, erasures.stored], [2, 8]);
});

Deno.test("the leader empties the log when every node has stored the whole of it", async () => {
  const { seen, log, look } = stage();
  await look(3);
  seen.storedByAll = 6;
  await look(3);
  assert.equal(log.first, 1, "a node still needs the last batch");
  seen.storedByAll = 7;
  seen.silent = true;
  await look(3);
  assert.equal(log.first, 1, "a node that belongs to the cluster is silent");
  seen.silent = false;
  await look(1);
  assert.equal(log.first, 8);
  assert.equal(seen.appended, 0);
  // So that the NATS servers shorten their own log.
  for (let minute = 0; minute < 20; minute++) {
    seen.now += 60_000;
    await look(2);
  }
  assert.equal(seen.appended, 10);
});

Deno.test("the log is emptied once for each erasure", async () => {
  const purged: number[] = [];
  let first = 1;
  let erased = 5;
  const { seen, look } = stage({
    database: {
      get erased() {
        return erased;
      },
      store: () => seen.place,
    },
    log: {
      range: () => Promise.resolve({ identity: "log", first, last: seen.place }),
      purge(upTo) {
        purged.push(upTo);
        first = upTo + 1;
        return Promise.resolve();
      },
    },
  });
  seen.storedByAll = 7;
  await look(5);
  seen.place = seen.storedByAll = 20;
  await look(5);
  assert.deepEqual(purged, [7]);
  erased = 18;
  await look(5);
  assert.deepEqual(purged, [7, 20]);
});

Deno.test("after a day, neither silent nodes nor a quiet moment are waited for", async () => {
  let place = 7;
  const { seen, log, look } = stage({ database: { erased: 5, store: () => ++place } });
  seen.storedByAll = 6;
  seen.silent = true;
  await look(10);
  assert.equal(log.first, 1);
  seen.now += WAIT_MS + 1;
  await look(1);
  assert.equal(log.first, 7, "what nodes need that are heard is kept");
});

Deno.test("a leader in the middle of a turn, and a node whose log does not answer, try again", async () => {
  let isBusy = true;
  let fails = true;
  const { seen, erasures, look } = stage({
    database: { erased: 5, store: () => isBusy ? undefined : 7 },
    log: {
      range: () =>
        fails
          ? Promise.reject(new Error("no answer"))
          : Promise.resolve({ identity: "log", first: 8, last: 7 }),
      purge: () => assert.fail("the log is empty already"),
    },
  });
  await look(3);
  assert.equal(seen.emptied, 0);
  isBusy = false;
  await look(1);
  await assert.rejects(look(1), /no answer/);
  assert.equal(erasures.stored, 7);
  fails = false;
  seen.storedByAll = 7;
  await look(2);
});
