// Tests of lib/store/sanctions.ts, lib/store/audit.ts and lib/store/transaction.ts.
import assert from "node:assert/strict";
import { AccountStore } from "../../lib/store/accounts.ts";
import { AuditStore, type NewAuditEntry } from "../../lib/store/audit.ts";
import { SanctionStore } from "../../lib/store/sanctions.ts";
import { transact } from "../../lib/store/transaction.ts";
import { addAccount, withDatabase } from "../support/database.ts";

const BAN = { name: "Bob", reason: "spam", by: "Ada", now: 10, until: 20 };

Deno.test("SanctionStore bans names and addresses until the bans expire or are lifted", async () => {
  await withDatabase((database) => {
    const store = new SanctionStore(database);
    const bob = store.ban({ ...BAN, kind: "user", subject: "bob" });
    assert.deepEqual(bob, {
      id: 1,
      kind: "user",
      subject: "bob",
      name: "Bob",
      reason: "spam",
      by: "Ada",
      createdAt: 10,
      until: 20,
    });
    const range = store.ban({ ...BAN, kind: "address", subject: "10.0.0.0/8", until: null });
    assert.deepEqual(store.findUserBan("bob", 19), bob);
    assert.deepEqual(store.findBan("user", "bob", 19), bob);
    assert.deepEqual([...store.newestBans(19)], store.bans(19).toReversed());
    assert.equal(store.countBans(19), store.bans(19).length);
    assert.equal(store.findUserBan("bob", 20), undefined);
    assert.equal(store.findUserBan("10.0.0.0/8", 11), undefined);
    assert.deepEqual(store.bans(19), [bob, range]);
    assert.deepEqual(store.bans(20), [range]);
    const longer = store.ban({ ...BAN, kind: "user", subject: "bob", until: null });
    assert.deepEqual(store.bans(99), [range, longer]);
    assert.equal(store.unban("address", "bob"), false);
    assert.equal(store.unban("user", "bob"), true);
    assert.equal(store.findUserBan("bob", 11), undefined);
  });
});

Deno.test("SanctionStore mutes users, and deletes expired sanctions", async () => {
  await withDatabase((database) => {
    const store = new SanctionStore(database);
    const { id } = addAccount(database, "Bob");
    const mute = { ...BAN, key: "bob", accountId: id };
    store.mute(mute);
    store.mute({ ...mute, until: 30 });
    store.mute({ ...mute, key: "zoe", name: "Zoe", accountId: null, until: 15 });
    store.ban({ ...BAN, kind: "user", subject: "eve" });
    assert.equal(store.findMute("bob", 29)?.until, 30);
    assert.equal(store.findMute("bob", 30), undefined);
    assert.deepEqual(store.mutes(14).map(({ name }) => name), ["Bob", "Zoe"]);
    assert.deepEqual([store.prune(20, 1), store.prune(20, 1), store.prune(20, 1)], [2, 0, 0]);
    assert.equal(store.unmute("zoe"), false);
    assert.equal(store.unban("user", "eve"), false);
    assert.equal(store.unmute("bob"), true);
    store.mute({ ...mute, until: null });
    assert.equal(store.findMute("bob", 1e15)?.accountId, id);
    new AccountStore(database).delete(id);
    assert.equal(store.findMute("bob", 11), undefined);
  });
});

function entry(members: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    at: 1,
    actor: "Ada",
    actorAccount: null,
    action: "kick",
    target: "Bob",
    channel: null,
    detail: "",
    address: "10.0.0.1",
    ...members,
  };
}

Deno.test("AuditStore lists entries newest first, filtered, and deletes old ones", async () => {
  await withDatabase((database) => {
    const store = new AuditStore(database);
    const full = entry({ at: 5, actor: "operator:root", channel: "#dev", detail: "reason" });
    for (const each of [entry(), entry({ action: "ban", target: "Élodie" }), full]) {
      store.append(each);
    }
    const ids = (filter: Partial<Parameters<AuditStore["list"]>[0]>) =>
      store.list({ limit: 9, ...filter }).map(({ id }) => id);
    assert.deepEqual(store.list({ limit: 1 }), [{ id: 3, ...full }]);
    assert.deepEqual(ids({}), [3, 2, 1]);
    assert.deepEqual(ids({ before: 3, limit: 1 }), [2]);
    assert.deepEqual(ids({ action: "kick" }), [3, 1]);
    assert.deepEqual(ids({ actor: "ADA" }), [2, 1]);
    assert.deepEqual(ids({ target: "élodie" }), [2]);
    assert.deepEqual(ids({ user: "bob" }), [3, 1]);
    assert.deepEqual(ids({ user: "bob", limit: 1 }), [3]);
    assert.deepEqual(ids({ user: "bob", actor: "operator:root" }), [3]);
    assert.deepEqual(ids({ actor: "ada", target: "ÉLODIE", action: "kick" }), []);
    assert.deepEqual([store.prune(5, 1), store.prune(5, 1), store.prune(5, 1)], [1, 1, 0]);
    assert.deepEqual(ids({}), [3]);
    const { n } = database.sqlite.prepare("SELECT count(*) AS n FROM audit_names").get()!;
    assert.equal(n, 2);
  });
});

Deno.test("an action and its audit entry are stored together or not at all", async () => {
  await withDatabase((database) => {
    const sanctions = new SanctionStore(database);
    const audit = new AuditStore(database);
    const act = (fail: boolean) =>
      transact(database, () => {
        sanctions.ban({ ...BAN, kind: "user", subject: "bob" });
        transact(database, () => audit.append(entry()));
        if (fail) throw new Error("no");
      });
    assert.throws(() => act(true), /no/);
    assert.deepEqual([sanctions.bans(11).length, audit.list({ limit: 9 }).length], [0, 0]);
    act(false);
    assert.deepEqual([sanctions.bans(11).length, audit.list({ limit: 9 }).length], [1, 1]);
  });
});
