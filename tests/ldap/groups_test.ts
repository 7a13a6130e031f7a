// Tests of lib/ldap/groups.ts: how groups are found, and that no directory makes the search endless.
import assert from "node:assert/strict";
import type { Entry } from "ldapts";
import { findGiven, GROUPS_MAX, type GroupSettings, IN_CHAIN } from "../../lib/ldap/groups.ts";
import type { Search } from "../../lib/ldap/talk.ts";
import { gives } from "../support/ldap_settings.ts";
import { BASE, groupDn } from "../support/slapd.ts";

const ada = { dn: `uid=a\\2ca,${BASE}`, names: ["ada"], memberOf: [] as string[] };

function settings(changes: Partial<GroupSettings>): GroupSettings {
  return {
    groupSearch: "memberOf",
    groupBase: `ou=groups,${BASE}`,
    roles: [gives("moderator", "teachers"), gives("admin", "heads"), gives("member", "pupils")],
    groups: [gives("2SLAM", "2slam"), gives("All", "2slam"), gives("2SLAM", "slam")],
    ...changes,
  };
}

function talkOf(answer: (search: Search) => Entry[] | undefined) {
  const searches: Search[] = [];
  return {
    searches,
    search(search: Search) {
      searches.push(search);
      return Promise.resolve(answer(search));
    },
  };
}

Deno.test("findGiven gives the highest role and each group once, and asks nothing for memberOf", async () => {
  const talk = talkOf(() => assert.fail());
  const memberOf = ["teachers", "HEADS", "2slam", "slam"].map(groupDn);
  const given = await findGiven(talk, { ...ada, memberOf }, settings({}));
  assert.deepEqual([given.role, given.groups], ["admin", ["2SLAM", "All"]]);
  assert.equal((await findGiven(talk, ada, settings({}))).role, "member");
  assert.equal((await findGiven(talk, ada, settings({ roles: [] }))).role, undefined);
});

Deno.test("findGiven asks Active Directory once, with its matching rule and the name of the entry as it is", async () => {
  const talk = talkOf(() => ["teachers", "2slam"].map((cn) => ({ dn: groupDn(cn) })));
  const given = await findGiven(talk, ada, settings({ groupSearch: "in_chain" }));
  assert.deepEqual([given.role, given.groups], ["moderator", ["2SLAM", "All"]]);
  assert.equal(talk.searches.length, 1);
  const [{ base, scope, filter, attributes, most }] = talk.searches as [Search];
  assert.deepEqual([base, scope, attributes, most], [
    `ou=groups,${BASE}`,
    "sub",
    ["1.1"],
    GROUPS_MAX,
  ]);
  const written = `(|(member:${IN_CHAIN}:=uid=a\\5c2ca,${BASE}))`;
  assert.equal(filter.toString(), written);
});

Deno.test("findGiven follows groups in groups a bounded number of times", async () => {
  // Each group is in another one, without an end.
  let next = 0;
  const nested = talkOf(() => [{ dn: "x", memberOf: groupDn(`g${++next}`) }]);
  const person = { ...ada, memberOf: [groupDn("g0")] };
  await findGiven(nested, person, settings({ groupSearch: "nested" }));
  assert.ok(nested.searches.length <= 10, `${nested.searches.length} searches`);
  // Each group is in a hundred others.
  const wide = talkOf(
    () => [{ dn: "x", memberOf: Array.from({ length: 100 }, () => groupDn(`g${++next}`)) }],
  );
  const { found } = await findGiven(wide, person, settings({ groupSearch: "nested" }));
  assert.ok(wide.searches.length <= 51, `${wide.searches.length} searches`);
  assert.equal(found.size, GROUPS_MAX);
  const broad = talkOf(() => Array.from({ length: 1_000 }, () => ({ dn: groupDn(`g${++next}`) })));
  const all = await findGiven(broad, person, settings({ groupSearch: "search" }));
  assert.equal(all.found.size, GROUPS_MAX);
  assert.ok(broad.searches.length <= 51, `${broad.searches.length} searches`);
});

Deno.test("findGiven finds groups by their members, and ignores groups that are gone or have no name", async () => {
  const talk = talkOf((search) => {
    const filter = search.filter.toString();
    if (filter.includes("memberUid=ada")) return [{ dn: groupDn("maths") }, { dn: "no name" }];
    return filter.includes("cn=maths") ? [{ dn: groupDn("teachers") }] : undefined;
  });
  const given = await findGiven(talk, ada, settings({ groupSearch: "search" }));
  assert.equal(given.role, "moderator");
  assert.equal(talk.searches.length, 3);
});
