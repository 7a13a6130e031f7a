// Tests of lib/store/school/directory_accounts.ts, and of class lists with accounts of the directory.
import assert from "node:assert/strict";
import { looksOf } from "../../../lib/protocol/look_alikes.ts";
import { nameKey } from "../../../lib/protocol/names.ts";
import type { Person } from "../../../lib/school/people.ts";
import { planImport } from "../../../lib/school/plan.ts";
import { AccountStore, NO_PASSWORD } from "../../../lib/store/accounts.ts";
import type { Database } from "../../../lib/store/database.ts";
import { GroupStore } from "../../../lib/store/groups.ts";
import { WebSessionStore } from "../../../lib/store/page/web_sessions.ts";
import { AccountDirectory } from "../../../lib/store/school/directory.ts";
import { DirectoryAccountStore } from "../../../lib/store/school/directory_accounts.ts";
import { addAccount, withDatabase } from "../../support/database.ts";

function addFromDirectory(database: Database, name: string) {
  return new AccountStore(database).create({
    ...{ name, key: nameKey(name), passwordHash: NO_PASSWORD, directoryId: `id-${name}`, now: 1 },
  });
}

function addToken(database: Database, accountId: number): void {
  new WebSessionStore(database)
    .create({ accountId, tokenHash: `t${accountId}`, client: "", now: 1, expiresAt: 9 });
}

Deno.test("accounts of the directory are found by their identity and listed in pages, and only their tokens end", async () => {
  await withDatabase((database) => {
    const store = new DirectoryAccountStore(database);
    const lea = addAccount(database, "lea");
    const [ada, bob] = ["ada", "bob"].map((name) => addFromDirectory(database, name));
    for (const { id } of [lea, ada!]) addToken(database, id);
    assert.equal(store.find("id-ada")?.id, ada!.id);
    assert.equal(store.find("ID-ADA"), undefined);
    const names = (after: number, limit: number) =>
      store.page(after, limit).map(({ account, hasTokens }) => [account.name, hasTokens]);
    assert.deepEqual(names(0, 9), [["ada", true], ["bob", false]]);
    assert.deepEqual(names(0, 1), [["ada", true]]);
    assert.deepEqual(names(ada!.id, 9), [["bob", false]]);
    assert.throws(() => addFromDirectory(database, "ada"), /expected a free name/);
    assert.equal(store.endTokens(), 1);
    const sessions = new WebSessionStore(database);
    assert.deepEqual([lea, ada!, bob!].map(({ id }) => sessions.list(id, 1).length), [1, 0, 0]);
  });
});

Deno.test("the directory takes away only what it gave", async () => {
  await withDatabase((database) => {
    const store = new DirectoryAccountStore(database);
    const groups = new GroupStore(database);
    const ada = addFromDirectory(database, "ada");
    const [given, own] = ["given", "own"].map((name) => groups.create({ name, key: name, now: 1 }));
    groups.add(own!.id, [ada.id]);
    for (const { id } of [given!, own!]) store.give(id, ada.id);
    assert.deepEqual(store.givenGroups(ada.id), [given!.id]);
    for (const { id } of [given!, own!]) store.take(id, ada.id);
    assert.deepEqual(groups.of(ada.id).map(({ name }) => name), ["own"]);
  });
});

Deno.test("a class list puts accounts of the directory into classes, but changes no name and no password of them", async () => {
  await withDatabase((database) => {
    const accounts = new AccountStore(database);
    const { id } = addFromDirectory(database, "ada");
    accounts.setExternalId(id, "7");
    const person = (name: string, password?: string): Person => ({
      line: 2,
      name,
      key: nameKey(name),
      looks: [looksOf(name), looksOf(nameKey(name))],
      id: "7",
      role: undefined,
      class: { name: "2SLAM", key: "2slam" },
      groups: [],
      password,
    });
    const plan = (one: Person, resetPasswords = false) =>
      planImport([one], new AccountDirectory(database), {
        ...{ allowAdmins: false, resetPasswords, disableMissing: false },
      });
    const joins = plan(person("ada", "1234"));
    assert.deepEqual(joins.problems, []);
    assert.deepEqual(joins.steps.map(({ joins, password }) => [joins?.name, password]), [[
      "2SLAM",
      false,
    ]]);
    for (const refused of [plan(person("Ada L")), plan(person("ada", "1234"), true)]) {
      assert.deepEqual(refused.problems.map(({ code }) => code), ["in_directory"]);
    }
  });
});
