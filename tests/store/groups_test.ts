// Tests of lib/store/groups.ts.
import assert from "node:assert/strict";
import { nameKey } from "../../lib/protocol/names.ts";
import { AccountStore } from "../../lib/store/accounts.ts";
import { NameTaken } from "../../lib/store/errors.ts";
import { GroupStore } from "../../lib/store/groups.ts";
import { addAccount, withDatabase } from "../support/database.ts";

const newGroup = (name: string) => ({ name, key: nameKey(name), now: 5 });

Deno.test("GroupStore stores groups, and finds them by the key of their name", async () => {
  await withDatabase((database) => {
    const store = new GroupStore(database);
    assert.deepEqual(store.list(), []);
    const club = store.create(newGroup("Théâtre"));
    const lesson = store.create({ ...newGroup("2SLAM"), isClass: true });
    assert.deepEqual(club, {
      id: club.id,
      name: "Théâtre",
      key: "théâtre",
      isClass: false,
      createdAt: 5,
    });
    assert.throws(() => store.create(newGroup("théâtre")), NameTaken);
    assert.deepEqual(store.find(nameKey("THÉÂTRE")), club);
    assert.deepEqual(store.list(), [{ ...lesson, members: 0 }, { ...club, members: 0 }]);
    store.delete(club.id);
    assert.equal(store.find(club.key), undefined);
    assert.deepEqual(store.list(), [{ ...lesson, members: 0 }]);
  });
});

Deno.test("GroupStore renames a group, unless another group has the name", async () => {
  await withDatabase((database) => {
    const store = new GroupStore(database);
    const group = store.create(newGroup("1SLAM"));
    store.create(newGroup("2SISR"));
    assert.deepEqual(store.rename(group.id, newGroup("2SLAM")), {
      ...group,
      name: "2SLAM",
      key: "2slam",
    });
    assert.equal(store.rename(group.id, newGroup("2slam")).name, "2slam");
    assert.throws(() => store.rename(group.id, newGroup("2sisr")), NameTaken);
    assert.equal(store.find("2slam")?.name, "2slam");
    assert.throws(() => store.rename(99, newGroup("x")), /expected the id of a group/);
  });
});

Deno.test("GroupStore adds and removes accounts, and returns those that it changed", async () => {
  await withDatabase((database) => {
    const store = new GroupStore(database);
    const [ada, bob] = ["Ada", "bob"].map((name) => addAccount(database, name).id);
    const group = store.create(newGroup("2SLAM"));
    const club = store.create(newGroup("club"));
    assert.deepEqual(store.add(group.id, [bob!], true), [bob]);
    assert.deepEqual(store.add(group.id, [ada!, bob!, ada!]), [ada]);
    store.add(club.id, [ada!]);
    new AccountStore(database).setDisabled(bob!, 7);
    const common = { role: "member", disabledAt: null, imported: false };
    assert.deepEqual(store.members(group.id), [
      { ...common, accountId: ada, name: "Ada", key: "ada" },
      { ...common, accountId: bob, name: "bob", key: "bob", disabledAt: 7, imported: true },
    ]);
    assert.deepEqual(store.keysOf(ada!).sort(), ["2slam", "club"]);
    assert.deepEqual(store.of(ada!), [group, club]);
    assert.deepEqual(store.list().map(({ members }) => members), [2, 1]);
    assert.deepEqual(store.remove(group.id, [ada!, 99, ada!]), [ada]);
    assert.deepEqual(store.keysOf(ada!), ["club"]);
    assert.deepEqual(store.keysOf(bob!), ["2slam"]);
  });
});

Deno.test("GroupStore adds nobody if one account does not exist", async () => {
  await withDatabase((database) => {
    const store = new GroupStore(database);
    const { id } = addAccount(database, "Ada");
    const group = store.create(newGroup("2SLAM"));
    assert.throws(() => store.add(group.id, [id, 99]), /FOREIGN KEY/);
    assert.deepEqual(store.members(group.id), []);
  });
});

Deno.test("A deleted account leaves its groups, and a deleted group keeps its accounts", async () => {
  await withDatabase((database) => {
    const store = new GroupStore(database);
    const accounts = new AccountStore(database);
    const [ada, bob] = ["Ada", "Bob"].map((name) => addAccount(database, name).id);
    const group = store.create(newGroup("2SLAM"));
    store.add(group.id, [ada!, bob!]);
    accounts.delete(ada!);
    assert.deepEqual(store.members(group.id).map(({ name }) => name), ["Bob"]);
    store.delete(group.id);
    assert.deepEqual(store.keysOf(bob!), []);
    assert.equal(accounts.findById(bob!)?.name, "Bob");
  });
});
