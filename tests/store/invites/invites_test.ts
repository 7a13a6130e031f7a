// Tests of the stores of invitations and of times of open registration.
import assert from "node:assert/strict";
import { type Database, openDatabase } from "../../../lib/store/database.ts";
import { InviteStore } from "../../../lib/store/invites/invites.ts";
import { RegistrationWindowStore } from "../../../lib/store/invites/registration_windows.ts";
import { withDirectory } from "../../support/directory.ts";

const DAY = 86_400_000;

function open(path: string): Disposable & { readonly database: Database } {
  const database = openDatabase(path, { synchronous: "normal" });
  return { database, [Symbol.dispose]: () => database.close() };
}

function newInvite(id: number, expiresAt: number) {
  const code = String(id).padStart(9, "0");
  const common = { registers: false, usesMax: 3, createdBy: "operator", createdAt: 0 };
  return { id, code, channel: null, expiresAt, ...common };
}

Deno.test("InviteStore counts no use more than permitted, none after the end, and none once revoked", async () => {
  await withDirectory((path) => {
    using opened = open(path);
    const store = new InviteStore(opened.database);
    for (const id of [1, 2, 3]) store.create(newInvite(id, 100));
    assert.deepEqual(Array.from({ length: 5 }, () => store.use(1, 50)), [
      true,
      true,
      true,
      false,
      false,
    ]);
    assert.deepEqual([store.use(2, 99), store.use(2, 100)], [true, false]);
    store.revoke(3, 7);
    store.revoke(3, 8);
    assert.deepEqual([store.use(3, 50), store.find(3)?.revokedAt], [false, 7]);
    assert.equal(store.use(4, 50), false);
    assert.equal(store.countOpen(50), 1);
    assert.deepEqual([...store.list()].map(({ id, uses }) => [id, uses]), [[3, 0], [2, 1], [1, 3]]);
  });
});

Deno.test("InviteStore deletes invitations 30 days after their end, and uses no number twice", async () => {
  await withDirectory((path) => {
    using opened = open(path);
    const store = new InviteStore(opened.database);
    assert.equal(store.nextId(), 1);
    for (const id of [1, 2, 3]) store.create(newInvite(id, id * DAY));
    assert.equal(store.prune(31 * DAY - 1, 10), 0);
    assert.equal(store.prune(33 * DAY, 2), 2);
    assert.equal(store.prune(33 * DAY, 2), 1);
    assert.equal(store.nextId(), 4);
  });
});

Deno.test("RegistrationWindowStore keeps windows over a restart until their end", async () => {
  await withDirectory((path) => {
    const window = { network: "10.0.0.0/8", until: 100, openedBy: "operator", openedAt: 1 };
    {
      using opened = open(path);
      const store = new RegistrationWindowStore(opened.database);
      store.open(window);
      store.open({ ...window, network: null, until: 50 });
      store.open({ ...window, until: 200 });
    }
    using opened = open(path);
    const store = new RegistrationWindowStore(opened.database);
    assert.deepEqual(store.list(0).map(({ network, until }) => [network, until]), [
      [null, 50],
      ["10.0.0.0/8", 200],
    ]);
    assert.deepEqual(store.list(50), [{ ...window, until: 200 }]);
    assert.deepEqual([store.prune(50, 10), store.prune(50, 10)], [1, 0]);
    store.close("10.0.0.0/8");
    assert.deepEqual(store.list(0), []);
  });
});
