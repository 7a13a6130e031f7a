// Tests of web/model/route.ts, permissions.ts and wire.ts: addresses, permitted actions, and hostile members.
import assert from "node:assert/strict";
import fc from "fast-check";
import { newRoom } from "../../../web/model/step.ts";
import { isStaff, mayActOn, whyNotWrite } from "../../../web/model/permissions.ts";
import { ADMIN_SECTIONS, hrefOf, routeOf, routeTo } from "../../../web/model/route.ts";
import type { Me, Role, Route } from "../../../web/model/state.ts";
import { itemOf, placeOf } from "../../../web/model/wire.ts";
import { channelKey, userKey } from "../../../web/model/keys.ts";
import { initialApp } from "../../../web/model/app.ts";

Deno.test("the address of every place leads back to the place", () => {
  const name = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" }).filter((text) =>
    text.isWellFormed()
  );
  const id = fc.option(fc.nat(), { nil: undefined });
  const routes: fc.Arbitrary<Route> = fc.oneof(
    fc.record({ name, id }).map(({ name, id }) =>
      routeTo({ key: channelKey(`#${name}`), name: `#${name}` }, id)
    ),
    fc.record({ name, id }).map(({ name, id }) => routeTo({ key: userKey(name), name }, id)),
    fc.record({ query: name, channel: fc.option(name, { nil: undefined }) })
      .map((search) => ({ at: "search" as const, ...search })),
    fc.record({ code: name }).map(({ code }) => ({ at: "invite" as const, code })),
    fc.constantFrom(...ADMIN_SECTIONS).map((section) => ({ at: "admin" as const, section })),
    fc.constantFrom<Route>({ at: "home" }, { at: "settings" }, { at: "accessibility" }, {
      at: "other",
      name: "class",
    }),
  );
  fc.assert(fc.property(routes, (route) => {
    const href = hrefOf(route);
    assert.match(href, /^#\/[\x21-\x7e]*$/);
    assert.deepEqual(routeOf(href), route);
  }));
});

Deno.test("every fragment leads to a place", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    assert.ok(routeOf(text).at !== undefined && routeOf(`#/c/${text}`).at !== undefined);
  }));
  assert.deepEqual(routeOf("#/c/%E0%A4%A/1"), { at: "other", name: "c" });
  assert.deepEqual(routeOf("#/admin"), { at: "admin", section: "accounts" });
  assert.deepEqual(routeOf("#/admin/x"), { at: "admin", section: "accounts" });
  assert.deepEqual(routeOf("#/c/dev/12x"), routeTo({ key: "#dev", name: "#dev" }));
});

Deno.test("staff can act on users with a lower role only", () => {
  const roles: Role[] = ["guest", "member", "moderator", "admin"];
  for (const [a, mine] of roles.entries()) {
    for (const [b, theirs] of roles.entries()) {
      const me: Me = { name: "A", key: "a", role: mine, state: "online", mutedUntil: undefined };
      assert.equal(mayActOn(me, { key: "b", role: theirs }), a >= 2 && a > b);
      assert.equal(mayActOn(me, { key: "a", role: theirs }), false);
      assert.equal(isStaff(me), a >= 2);
    }
  }
});

Deno.test("the page tells the user why writing is not possible", () => {
  const me: Me = { name: "A", key: "a", role: "member", state: "online", mutedUntil: undefined };
  const app = { ...initialApp(0), me };
  const room = { ...newRoom("#dev", "#dev"), member: true };
  assert.equal(whyNotWrite(app, room, 0), undefined);
  assert.equal(whyNotWrite(app, { ...room, member: false }, 0), "not_member");
  assert.equal(whyNotWrite(app, { ...room, closed: true }, 0), "closed");
  assert.equal(whyNotWrite(app, { ...room, readOnly: true }, 0), "read_only");
  const muted = { ...app, me: { ...me, mutedUntil: 50 } };
  assert.equal(whyNotWrite(muted, room, 49), "muted");
  assert.equal(whyNotWrite(muted, room, 50), undefined);
  const unknown = { ...app, me: { ...me, mutedUntil: Infinity } };
  assert.equal(whyNotWrite(unknown, room, 0), undefined, "the answer will tell until when");
  const staff = { ...app, me: { ...me, role: "moderator" as const } };
  assert.equal(whyNotWrite(staff, { ...room, closed: true, readOnly: true }, 0), undefined);
});

Deno.test("a line with arbitrary members is read as a message or dropped", () => {
  const me: Me = {
    name: "Ada",
    key: "ada",
    role: "member",
    state: "online",
    mutedUntil: undefined,
  };
  const line = fc.record({
    id: fc.oneof(fc.integer(), fc.anything()),
    from: fc.oneof(fc.string(), fc.anything()),
    content: fc.oneof(fc.string(), fc.anything()),
    timestamp: fc.anything(),
    channel: fc.anything(),
    to: fc.anything(),
    subtype: fc.anything(),
    cid: fc.oneof(fc.string(), fc.anything()),
    reply_to: fc.oneof(fc.integer(), fc.anything()),
  }, { requiredKeys: [] });
  fc.assert(fc.property(line, (each) => {
    const item = itemOf(each, me);
    placeOf(each, me);
    if (item === undefined) return;
    assert.ok(item.id > 0 && Number.isSafeInteger(item.id) && Number.isFinite(item.at));
    assert.ok(typeof item.from === "string" && typeof item.content === "string");
    assert.ok(item.cid === undefined || item.cid.length <= 64);
    assert.ok(item.replyTo === undefined || item.replyTo < item.id);
  }));
});
