// Tests of web/admin/lists.ts: lists are read whole, page by page.
import assert from "node:assert/strict";
import type { Ask } from "../../../web/admin/ask.ts";
import { PAGES_MAX, readAccounts, readGroup, readGroups } from "../../../web/admin/lists.ts";
import { changeMembers } from "../../../web/admin/batch.ts";
import { admin } from "./fakes.ts";

const NAMES = Array.from({ length: 1_100 }, (_, at) => `p${String(at).padStart(4, "0")}`);

Deno.test("all accounts are read, each once and in order", async () => {
  const { ask, asked } = await admin(Object.fromEntries(NAMES.map((name) => [name, "1234"])));
  const { rows, isCut } = await readAccounts(ask);
  assert.deepEqual(rows.map(({ name }) => name), ["ada", ...NAMES]);
  assert.equal(isCut, false);
  assert.equal(asked.length, 3);
});

Deno.test("groups and their members are read whole", async () => {
  const { ask } = await admin(Object.fromEntries(NAMES.map((name) => [name, "1234"])));
  await ask({ type: "group_create", group: "2SLAM" });
  assert.equal(await changeMembers(ask, "group_add", { group: "2SLAM", users: NAMES }), 1_100);
  assert.equal(
    await changeMembers(ask, "group_remove", { group: "2slam", users: NAMES.slice(0, 300) }),
    300,
  );
  assert.deepEqual((await readGroups(ask)).rows, [{ name: "2SLAM", class: false, members: 800 }]);
  const { rows, ...group } = await readGroup(ask, "2slam");
  assert.deepEqual(rows.map(({ name }) => name), NAMES.slice(300));
  assert.deepEqual(group, { isCut: false, group: "2SLAM", class: false });
});

Deno.test("a list that never ends is cut", async () => {
  let pages = 0;
  const ask =
    (() => Promise.resolve({ users: [{ name: `n${pages++}` }], more: true })) as unknown as Ask;
  const { rows, isCut } = await readAccounts(ask);
  assert.deepEqual([rows.length, isCut], [PAGES_MAX, true]);
});
