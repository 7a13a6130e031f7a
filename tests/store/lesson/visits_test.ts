// Tests of the store of visits: visits that continue, parts of long visits, periods, and what a crash leaves open.
import assert from "node:assert/strict";
import { AccountStore } from "../../../lib/store/accounts.ts";
import { BREAK_MS, PART_MS, type Visitor, VisitStore } from "../../../lib/store/lesson/visits.ts";
import type { Database } from "../../../lib/store/database.ts";
import { addAccount, withDatabase } from "../../support/database.ts";

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 27, 8);
const GUS: Visitor = { accountId: null, guest: "gus" };

/** Runs a test with a store and the account of bob. */
async function withVisits(
  run: (store: VisitStore, bob: { accountId: number; guest: null }, database: Database) => void,
): Promise<void> {
  await withDatabase((database) => {
    const { id } = addAccount(database, "bob");
    run(new VisitStore(database), { accountId: id, guest: null }, database);
  });
}

Deno.test("a user who comes back within a minute continues the visit, later a new one begins", async () => {
  await withVisits((store, bob) => {
    for (const visitor of [bob, GUS]) {
      const first = store.begin(visitor, START)!;
      store.end(first.id, START + HOUR);
      const again = store.begin(visitor, START + HOUR + BREAK_MS);
      assert.deepEqual(again, first);
      store.end(first.id, START + 2 * HOUR);
      const next = store.begin(visitor, START + 2 * HOUR + BREAK_MS + 1)!;
      assert.notEqual(next.id, first.id);
    }
    assert.deepEqual(store.allOf(bob.accountId), [
      { startedAt: START, endedAt: START + 2 * HOUR },
      { startedAt: START + 2 * HOUR + BREAK_MS + 1, endedAt: null },
    ]);
  });
});

Deno.test("a clock that goes back never makes a visit end before its beginning", async () => {
  await withVisits((store, bob) => {
    const { id } = store.begin(bob, START)!;
    store.end(id, START - HOUR);
    assert.deepEqual(store.allOf(bob.accountId), [{ startedAt: START, endedAt: START }]);
  });
});

Deno.test("an account that no longer exists begins no visit, and the visits of an account go with it", async () => {
  await withVisits((store, bob, database) => {
    store.begin(bob, START);
    new AccountStore(database).delete(bob.accountId);
    assert.equal(store.begin(bob, START), undefined);
    assert.deepEqual(store.allOf(bob.accountId), []);
  });
});

Deno.test("visits that a crash left open end when the server was last known to run", async () => {
  await withVisits((store, bob) => {
    store.begin(bob, START);
    store.alive(START + HOUR);
    store.begin(GUS, START + 2 * HOUR);
    store.endForgotten();
    const period = { from: START, to: START + 3 * HOUR };
    assert.deepEqual(
      store.page(period, undefined, 10).visits.map(({ name, endedAt }) => [name, endedAt]),
      [["bob", START + HOUR], ["gus", START + 2 * HOUR]],
    );
  });
});

Deno.test("a period has the visits that overlap it, and parts of a long visit are found", async () => {
  await withVisits((store, bob) => {
    const { id } = store.begin(bob, START)!;
    const part = store.split(id, bob, START + PART_MS)!;
    store.end(part.id, START + PART_MS + HOUR);
    const found = (from: number, to: number) =>
      store.ofAccount(bob.accountId, { from: START + from, to: START + to }, 10)
        .map(({ startedAt }) => startedAt - START);
    assert.deepEqual(found(-HOUR, 0), []);
    assert.deepEqual(found(-HOUR, 1), [0]);
    assert.deepEqual(found(PART_MS - 1, PART_MS), [0]);
    assert.deepEqual(found(PART_MS - 1, PART_MS + 1), [0, PART_MS]);
    assert.deepEqual(found(PART_MS, PART_MS + 1), [PART_MS]);
    assert.deepEqual(found(PART_MS + HOUR, PART_MS + 2 * HOUR), []);
    assert.equal(store.ofAccount(bob.accountId, { from: START, to: Infinity }, 1).length, 1);
  });
});

Deno.test("pages of a period have each visit once, whatever their size", async () => {
  await withVisits((store) => {
    // Many visits begin at the same time, as at the beginning of a lesson.
    for (let guest = 0; guest < 20; guest++) {
      const { id } = store.begin({ accountId: null, guest: `g${guest}` }, START + guest % 3)!;
      if (guest % 4 === 0) store.end(id, START + 5);
    }
    const period = { from: START + 10, to: START + HOUR };
    for (const most of [1, 3, 7, 100]) {
      const names: string[] = [];
      let place: { startedAt: number; id: number } | undefined;
      do {
        const { visits, last } = store.page(period, place, most);
        names.push(...visits.map(({ name }) => name));
        place = last;
      } while (place !== undefined);
      assert.equal(names.length, 15, `pages of ${most}`);
      assert.equal(new Set(names).size, 15);
    }
  });
});

Deno.test("old visits are deleted in batches, open ones stay", async () => {
  await withVisits((store, bob) => {
    for (let guest = 0; guest < 5; guest++) {
      store.end(store.begin({ accountId: null, guest: `g${guest}` }, START)!.id, START + HOUR);
    }
    store.begin(bob, START);
    const before = START + 2 * HOUR;
    assert.deepEqual([2, 2, 2, 2].map((most) => store.prune(before, most)), [2, 2, 1, 0]);
    assert.equal(store.allOf(bob.accountId).length, 1);
    assert.equal(store.prune(START, 10), 0);
  });
});

Deno.test("the visits of one account in a period are read with an index", async () => {
  await withVisits((_store, _bob, database) => {
    const plan = (sql: string) =>
      database.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
        .map((row) => String(row["detail"])).join("; ");
    assert.match(
      plan("SELECT * FROM visits WHERE account_id = 1 AND started_at >= 1 AND started_at < 2"),
      /visits_by_account \(account_id=\? AND started_at>\? AND started_at<\?\)/,
    );
    assert.match(
      plan(
        "SELECT id FROM visits WHERE guest = 'x' AND started_at > 1 ORDER BY started_at DESC LIMIT 1",
      ),
      /visits_by_guest \(guest=\? AND started_at>\?\)/,
    );
    assert.match(
      plan(
        "SELECT * FROM visits WHERE (started_at, visits.id) > (1, 1) AND started_at < 2 ORDER BY started_at, visits.id",
      ),
      /^SEARCH visits USING INDEX visits_by_start[^;]*$/,
    );
  });
});
