// Tests of tokens in the database: they end when their account changes, even if another process changes it.
import assert from "node:assert/strict";
import { AccountStore } from "../../../lib/store/accounts.ts";
import type { Database } from "../../../lib/store/database.ts";
import { SESSIONS_MAX, WebSessionStore } from "../../../lib/store/page/web_sessions.ts";
import { SanctionStore } from "../../../lib/store/sanctions.ts";
import { addAccount, withDatabase } from "../../support/database.ts";

const ban = { kind: "user", name: "x", reason: "", by: "max", now: 5, until: 9 } as const;

/** All changes of an account that end its tokens. `HARMLESS` has changes that do not. */
const CHANGES: Record<string, (database: Database, id: number) => void> = {
  "another password": (database, id) => new AccountStore(database).setPasswordHash(id, "other"),
  "being disabled": (database, id) => new AccountStore(database).setDisabled(id, 5),
  "another role": (database, id) => new AccountStore(database).setRole(id, "admin"),
  "being deleted": (database, id) => new AccountStore(database).delete(id),
  "a ban": (database) => void new SanctionStore(database).ban({ ...ban, subject: "ada" }),
};
const HARMLESS: Record<string, (database: Database, id: number) => void> = {
  "a stronger hash": (database, id) => new AccountStore(database).replaceHash(id, "other"),
  "being enabled": (database, id) => new AccountStore(database).setDisabled(id, null),
  "the same role": (database, id) => new AccountStore(database).setRole(id, "member"),
  "the ban of somebody else": (database) =>
    void new SanctionStore(database).ban({ ...ban, subject: "eve" }),
  "the ban of an address": (database) =>
    void new SanctionStore(database).ban({ ...ban, kind: "address", subject: "10.0.0.1" }),
};

for (const [how, change] of Object.entries({ ...CHANGES, ...HARMLESS })) {
  const ends = how in CHANGES;
  Deno.test(`the tokens of an account ${ends ? "end" : "stay valid"} after ${how}`, async () => {
    await withDatabase((database) => {
      const store = new WebSessionStore(database);
      const [ada, bob] = [addAccount(database, "ada"), addAccount(database, "bob")];
      for (const { id, name } of [ada, bob]) {
        store.create({ accountId: id, tokenHash: name, client: "", now: 1, expiresAt: 100 });
      }
      change(database, ada.id);
      assert.equal(store.find("ada") === undefined, ends);
      assert.ok(store.find("bob") !== undefined);
    });
  });
}

Deno.test("tokens expire and are pruned, and an account has at most a fixed number", async () => {
  await withDatabase((database) => {
    const store = new WebSessionStore(database);
    const { id: accountId } = addAccount(database, "ada");
    for (let i = 0; i <= SESSIONS_MAX; i++) {
      store.create({ accountId, tokenHash: `t${i}`, client: "c", now: i, expiresAt: 100 + i });
      if (i === 0) store.used(store.find("t0")!, 70_000);
    }
    assert.ok(store.find("t0") !== undefined);
    assert.equal(store.find("t1"), undefined);
    assert.equal(store.list(accountId, 0).length, SESSIONS_MAX);
    assert.deepEqual(
      store.list(accountId, 100 + SESSIONS_MAX - 1).map(({ tokenHash }) => tokenHash),
      [
        `t${SESSIONS_MAX}`,
      ],
    );
    assert.equal(store.prune(102, 1), 1);
    assert.equal(store.prune(102, 9), 1);
    assert.equal(store.prune(102, 9), 0);
    const { lastUsedAt } = store.find("t3")!;
    store.used(store.find("t3")!, lastUsedAt + 59_999);
    assert.equal(store.find("t3")!.lastUsedAt, lastUsedAt);
    assert.equal(store.endEverything(), SESSIONS_MAX - 2);
  });
});
