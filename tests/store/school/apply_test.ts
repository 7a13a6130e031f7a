// Tests of imports in the database: plans by example and by property, and what follows a new name.
import assert from "node:assert/strict";
import fc from "fast-check";
import { nameKey } from "../../../lib/protocol/names.ts";
import { needsConfirmation, planImport, type PlanOptions } from "../../../lib/school/plan.ts";
import { findDuplicates } from "../../../lib/school/people.ts";
import { AccountStore } from "../../../lib/store/accounts.ts";
import type { Database } from "../../../lib/store/database.ts";
import { GroupStore } from "../../../lib/store/groups.ts";
import { SanctionStore } from "../../../lib/store/sanctions.ts";
import { SchoolStore } from "../../../lib/store/school/apply.ts";
import { people, PLAIN, type ShortRow } from "../../school/lists.ts";
import { addAccount, withDatabase } from "../../support/database.ts";

function plan(database: Database, rows: readonly ShortRow[], options: Partial<PlanOptions> = {}) {
  const { directory } = new SchoolStore(database);
  return planImport(people(...rows), directory, { ...PLAIN, ...options });
}

/** Imports a list. Returns the kinds of its steps. */
function load(database: Database, rows: readonly ShortRow[], options: Partial<PlanOptions> = {}) {
  const made = plan(database, rows, options);
  assert.deepEqual(made.problems, []);
  new SchoolStore(database).apply(made, {
    hashes: new Map(made.steps.map(({ person }) => [person, person.password!])),
    mustChange: false,
    now: 1,
    note: () => {},
  });
  return made.steps.map(({ kind }) => kind);
}

/** The problems of a list, as line and code. */
function problems(
  database: Database,
  rows: readonly ShortRow[],
  options: Partial<PlanOptions> = {},
) {
  return plan(database, rows, options).problems.map(({ line, code }) => [line, code]);
}

/** All accounts: name, role, id, password, classes and groups. */
function state(database: Database) {
  const groups = new GroupStore(database);
  return Object.fromEntries(
    new AccountStore(database).list().map((account) => [account.name, {
      role: account.role,
      id: account.externalId,
      password: account.passwordHash,
      in: groups.of(account.id).map(({ name }) => name).join(),
      disabled: account.disabledAt !== null,
    }]),
  );
}

Deno.test("an import adds, moves, changes and keeps, and a second one changes nothing", async () => {
  await withDatabase((database) => {
    const first = [
      { name: "ada", class: "A", role: "moderator" },
      { name: "bob", class: "A", id: "7" },
      { name: "eve", class: "A", groups: ["Club"] },
    ] as const;
    assert.deepEqual(load(database, first), ["add", "add", "add"]);
    assert.deepEqual(load(database, first), ["keep", "keep", "keep"]);
    const next = [
      { name: "ada", class: "B" },
      { name: "Bobby", class: "B", id: "7" },
      { name: "EVE", class: "A", groups: ["Choir"], role: "moderator", id: "9" },
      { name: "zoe" },
    ] as const;
    assert.deepEqual(load(database, next), ["change", "move", "change", "add"]);
    const made = { disabled: false };
    assert.deepEqual(state(database), {
      ada: { ...made, role: "moderator", id: null, password: "pw-ada", in: "A,B" },
      Bobby: { ...made, role: "member", id: "7", password: "pw-bob", in: "B" },
      EVE: { ...made, role: "moderator", id: "9", password: "pw-eve", in: "A,Choir,Club" },
      zoe: { ...made, role: "member", id: null, password: "pw-zoe", in: "" },
    });
    assert.deepEqual(load(database, next), ["keep", "keep", "keep", "keep"]);
  });
});

Deno.test("without an id nothing is renamed; a password counts for new accounts, or if it is to be reset", async () => {
  await withDatabase((database) => {
    load(database, [{ name: "ada", password: "one" }]);
    assert.deepEqual(load(database, [{ name: "ADA", password: "two" }]), ["keep"]);
    assert.equal(state(database)["ada"]?.password, "one");
    assert.deepEqual(load(database, [{ name: "ADA", password: "two" }], { resetPasswords: true }), [
      "change",
    ]);
    assert.equal(state(database)["ada"]?.password, "two");
  });
});

Deno.test("lines that contradict the accounts are problems, and administrators need a permission", async () => {
  await withDatabase((database) => {
    load(database, [
      { name: "ada", id: "1", class: "A", groups: ["Club"] },
      { name: "bob", id: "2" },
      { name: "Max" },
    ]);
    const root = addAccount(database, "boss");
    new AccountStore(database).setRole(root.id, "admin");
    assert.deepEqual(problems(database, [{ name: "ada", id: "3" }]), [[2, "other_id"]]);
    assert.deepEqual(problems(database, [{ name: "BOB", id: "1" }]), [[2, "name_taken"]]);
    assert.deepEqual(problems(database, [{ name: "Mаx" }]), [[2, "looks_like"]]);
    assert.deepEqual(
      problems(database, [{ name: "ada2", id: "1" }, { name: "ada2b", id: "1" }]),
      [],
    );
    assert.deepEqual(problems(database, [{ name: "max" }, { name: "MAX" }]), [[3, "same_account"]]);
    assert.deepEqual(
      problems(database, [{ name: "x", class: "Club" }, { name: "y", groups: ["a"] }]),
      [
        [2, "not_a_class"],
        [3, "not_a_group"],
      ],
    );
    assert.deepEqual(
      problems(database, [{ name: "x", role: "admin" }, { name: "boss", class: "A" }]),
      [
        [2, "admin"],
        [3, "admin_change"],
      ],
    );
    assert.deepEqual(problems(database, [{ name: "boss" }, { name: "boss", role: "admin" }]), [
      [3, "same_account"],
    ]);
    const allowed = { allowAdmins: true };
    assert.deepEqual(problems(database, [{ name: "x", role: "admin" }], allowed), []);
    const lower = plan(database, [{ name: "boss", role: "member" }], allowed).steps[0]!;
    assert.deepEqual([lower.role, lower.lowers], ["member", true]);
    assert.deepEqual(problems(database, [{ name: "new", password: undefined }]), [
      [2, "no_password"],
    ]);
    const before = new GroupStore(database).count();
    const groups = Array.from(
      { length: 1001 - before },
      (_, at) => ({ name: `u${at}`, class: `c${at}` }),
    );
    assert.deepEqual(problems(database, groups), [[0, "group_limit"]]);
  });
});

Deno.test("only imported members of the classes of the list are disabled, and many only after a confirmation", async () => {
  await withDatabase((database) => {
    const names = Array.from({ length: 10 }, (_, at) => `u${at}`);
    load(database, [
      ...names.map((name) => ({ name, class: "A" })),
      { name: "prof", class: "A", role: "moderator" },
      { name: "other", class: "B" },
    ]);
    const { id } = new GroupStore(database).find("a")!;
    new GroupStore(database).add(id, [addAccount(database, "guest").id]);
    const keep = (count: number) => names.slice(0, count).map((name) => ({ name, class: "A" }));
    const options = { disableMissing: true };
    const some = plan(database, keep(8), options);
    assert.deepEqual(some.disable.map(({ name }) => name), ["u8", "u9"]);
    assert.deepEqual(some.untouched.map(({ name }) => name), ["guest", "prof"]);
    assert.equal(needsConfirmation(some), false);
    assert.equal(needsConfirmation(plan(database, keep(7), options)), true);
    assert.equal(plan(database, keep(7)).disable.length, 0);
    const moved = [...keep(9), { name: "u9", class: "B" }];
    assert.deepEqual(plan(database, moved, options).disable.map(({ name }) => name), ["other"]);
    load(database, keep(8), options);
    assert.equal(state(database)["u9"]?.disabled, true);
    assert.deepEqual(plan(database, keep(8), options).disable, []);
    assert.equal(load(database, [...keep(8), { name: "u9", class: "A" }])[8], "keep");
    assert.equal(state(database)["u9"]?.disabled, true, "an import does not enable");
  });
});

Deno.test("a new name takes the bans, mutes, conversations and channels of the account along, also in an exchange", async () => {
  await withDatabase((database) => {
    load(database, [{ name: "ann", id: "1" }, { name: "ben", id: "2" }, { name: "cat", id: "3" }]);
    const { sqlite } = database;
    const sanctions = new SanctionStore(database);
    const by = { reason: "", by: "max", now: 1, until: null };
    sanctions.ban({ kind: "user", subject: "ann", name: "ann", ...by });
    sanctions.mute({ key: "ben", accountId: 2, name: "ben", ...by });
    sqlite.exec(`UPDATE channels SET accounts = '["ann","cat"]'`);
    sqlite.exec("INSERT INTO conversations (account_id, peer_key, last_id) VALUES (3, 'ann', 5)");
    assert.deepEqual(
      load(database, [{ name: "ben", id: "1" }, { name: "Ann", id: "2" }, {
        name: "CAT",
        id: "3",
      }]),
      ["change", "change", "change"],
    );
    assert.deepEqual(
      new AccountStore(database).list().map(({ id, name, key }) => [id, name, key]),
      [[2, "Ann", "ann"], [1, "ben", "ben"], [3, "CAT", "cat"]],
    );
    assert.equal(sanctions.findUserBan("ben", 2)?.name, "ben");
    assert.equal(sanctions.findUserBan("ann", 2), undefined);
    assert.equal(sanctions.findMute("ann", 2)?.name, "Ann");
    assert.equal(
      sqlite.prepare("SELECT accounts FROM channels").get()!["accounts"],
      '["ben","cat"]',
    );
    assert.equal(sqlite.prepare("SELECT peer_key FROM conversations").get()!["peer_key"], "ben");
    assert.equal(new AccountStore(database).findClaim("Вen"), "ben", "the looks are the new ones");
  });
});

Deno.test("a name that one account gives up is free for another of the same list", async () => {
  await withDatabase((database) => {
    load(database, [{ name: "ann", id: "1" }]);
    const rows = [{ name: "anna", id: "1" }, { name: "ann", id: "2" }];
    assert.deepEqual(load(database, rows), ["change", "add"]);
    assert.deepEqual(load(database, rows), ["keep", "keep"]);
  });
});

const NAMES = ["a", "B", "cé", "dd", "ee"];
const row: fc.Arbitrary<ShortRow> = fc.record({
  name: fc.constantFrom(...NAMES, ...NAMES.map((name) => name.toUpperCase())),
  id: fc.option(fc.constantFrom("1", "2", "3", "4"), { nil: undefined }),
  class: fc.option(fc.constantFrom("X", "Y", "Z"), { nil: undefined }),
  role: fc.option(fc.constantFrom("member", "moderator"), { nil: undefined }),
  groups: fc.subarray(["G", "H"]),
});
const list = fc.array(row, { maxLength: 5 }).filter((rows) =>
  findDuplicates(people(...rows)).length === 0
);

Deno.test("after any imports each account is as its line says, ids stay, and the same list changes nothing", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(list, { maxLength: 5 }),
      fc.boolean(),
      async (lists, disableMissing) => {
        await withDatabase((database) => {
          for (const rows of lists) {
            const before = state(database);
            const made = plan(database, rows, { disableMissing });
            assert.deepEqual(state(database), before, "a plan changes nothing");
            if (made.problems.length > 0) continue;
            const ids = new AccountStore(database).list()
              .map(({ id, externalId }) => [id, externalId] as const);
            load(database, rows, { disableMissing });
            const accounts = new AccountStore(database);
            for (const [id, externalId] of ids) {
              assert.ok(externalId === null || accounts.findById(id)?.externalId === externalId);
            }
            for (const one of rows) {
              const account = accounts.findByKey(nameKey(one.name))!;
              const { in: groups } = state(database)[account.name]!;
              if (one.id !== undefined) {
                assert.deepEqual([account.externalId, account.name], [one.id, one.name]);
              }
              if (one.role !== undefined) {
                assert.equal(account.role, one.role);
              }
              if (one.class !== undefined) assert.ok(groups.includes(one.class));
              const classes = groups.split(",").filter((name) =>
                "XYZ".includes(name) && name !== ""
              );
              if (account.role === "member" && one.class !== undefined) {
                assert.equal(classes.length, 1);
              }
              for (const group of one.groups ?? []) assert.ok(groups.includes(group));
            }
            const again = plan(database, rows, { disableMissing });
            assert.deepEqual(again.problems, []);
            assert.ok(again.steps.every(({ kind }) => kind === "keep"));
            assert.deepEqual([again.disable, again.created], [[], []]);
          }
        });
      },
    ),
    { numRuns: 40 },
  );
});
