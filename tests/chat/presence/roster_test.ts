// Tests of lib/chat/presence/roster.ts: compares its lists with a simple definition.
import assert from "node:assert/strict";
import fc from "fast-check";
import { Roster } from "../../../lib/chat/presence/roster.ts";
import type { Session, User } from "../../../lib/chat/presence/session.ts";
import { toAsciiJson } from "../../../lib/protocol/json.ts";
import { nameKey } from "../../../lib/protocol/names.ts";

const HIDDEN = new Set(["invisible", "offline"]);

function slowList(users: Iterable<User>, asker: User | undefined) {
  const shown = [...users].filter((user) =>
    user === asker || !HIDDEN.has(user.state.trim().toLowerCase())
  );
  const names = shown.map(({ name }) => name)
    .sort((a, b) => nameKey(a) < nameKey(b) ? -1 : nameKey(a) > nameKey(b) ? 1 : 0);
  const states = shown.filter(({ state }) => state !== "online")
    .map(({ name, state }): [string, string] => [name, state]);
  return { names, states: states.sort() };
}

const step = fc.record({
  act: fc.constantFrom("join", "join", "join", "leave", "state", "rename"),
  name: fc.constantFrom("Ada", "ada", "bob", "Élodie", "elodie", "z", "__proto__", "ﬁ", "10", "9"),
  state: fc.constantFrom("online", "away", "Invisible", " offline ", "dnd"),
  which: fc.nat(),
});

Deno.test("Roster lists the same as sorting all users, after any series of changes", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), fc.nat(), (steps, some) => {
    const roster = new Roster(() => false);
    const sessions: Session[] = [];
    for (const { act, name, state, which } of steps) {
      const session = sessions[which % sessions.length];
      if (act === "join") {
        const joining = {} as Session;
        roster.joinGuest(joining, name);
        sessions.push(joining);
      } else if (session?.user !== undefined) {
        const { user } = session;
        if (act === "leave") {
          assert.ok(roster.leave(session));
          // The user stays until it is clear that no connection follows.
          assert.equal(roster.find(user.key), user);
          roster.depart(user);
          assert.notEqual(roster.find(user.key), user);
        } else if (act === "state") roster.setState(session.user, state);
        else if (roster.find(nameKey(name)) === undefined) roster.rename(session.user, name);
      }
    }
    const everyone = [...roster.users];
    for (const asker of [undefined, ...everyone]) {
      const listing = roster.list(asker);
      const expected = slowList(everyone, asker);
      assert.deepEqual(listing.names, expected.names);
      assert.deepEqual(Object.entries(listing.states).sort(), expected.states);
      assert.equal(listing.written.users.text, toAsciiJson(listing.names));
      assert.equal(listing.written.states.text, toAsciiJson(listing.states));
      for (const share of [1, 2, 20]) {
        const members = new Set(everyone.filter((_, at) => (at + some) % share === 0));
        const part = roster.listOf(members, asker);
        assert.deepEqual(part.names, slowList(members, asker).names);
        assert.deepEqual(Object.entries(part.states).sort(), slowList(members, asker).states);
      }
    }
  }));
});

Deno.test("Roster writes the text of a list once, until a user joins, leaves or changes state", () => {
  const roster = new Roster(() => false);
  const [a, b] = [{} as Session, {} as Session];
  const user = roster.joinGuest(a, "a");
  const listing = roster.list(undefined);
  assert.equal(roster.list(user), listing);
  roster.joinGuest(b, "b");
  assert.notEqual(roster.list(undefined), listing);
  const second = roster.list(undefined);
  roster.setState(user, "away");
  assert.notEqual(roster.list(undefined), second);
});
