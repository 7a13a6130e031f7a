// Tests of lib/chat/permissions.ts: who may act on whom, create channels, delete messages and give roles.
import assert from "node:assert/strict";
import {
  mayActOn,
  mayCreate,
  mayDelete,
  mayReadPrivate,
  type Rank,
  RANKS,
} from "../../lib/chat/permissions.ts";
import { askers, LETTERS } from "./ranks.ts";

// Who may act on whom: one row for each actor with the possible targets.
const TARGETS: Record<Rank, string> = {
  guest: "",
  member: "g",
  moderator: "gm",
  admin: "gmM",
  operator: "gmMao",
};

Deno.test("a user may act only on users of a lower rank, an operator on everyone", () => {
  for (const actor of RANKS) {
    const targets = RANKS.filter((target) => mayActOn(actor, target) === undefined);
    assert.equal(targets.map((rank) => LETTERS[rank]).join(""), TARGETS[actor], actor);
  }
});

Deno.test("who may create a channel", () => {
  const makers = (policy: "anyone" | "members" | "moderators") =>
    RANKS.filter((rank) => mayCreate(rank, policy) === undefined)
      .map((rank) => LETTERS[rank]).join("");
  assert.equal(makers("anyone"), "gmMao");
  assert.equal(makers("members"), "mMao");
  assert.equal(makers("moderators"), "Mao");
  const refusal = mayCreate("guest", "members");
  assert.equal(refusal?.code, "unknown_channel");
  assert.equal(refusal?.reason, "create_members");
});

Deno.test("who may delete which message, and refusals that reveal nothing", () => {
  const { moderator } = askers;
  const unknown = mayDelete(moderator, undefined);
  const others = { own: false, senderRank: "guest" } as const;
  const hidden = mayDelete(moderator, { ...others, readable: false });
  assert.deepEqual([unknown?.code, unknown?.reason], [hidden?.code, hidden?.reason]);
  assert.equal(mayDelete(moderator, { ...others, readable: true }), undefined);
  const byAdmin = { readable: true, own: false, senderRank: "admin" } as const;
  assert.equal(mayDelete(moderator, byAdmin)?.code, "forbidden");
  assert.equal(mayDelete(moderator, { ...byAdmin, senderRank: "moderator" })?.code, "forbidden");
  assert.equal(
    mayDelete(moderator, { ...byAdmin, own: true, senderRank: "moderator" }),
    undefined,
  );
  assert.equal(mayDelete(askers.operator, byAdmin), undefined);
});

Deno.test("only accounts have private conversations", () => {
  assert.equal(mayReadPrivate(askers.guest)?.code, "login_required");
  assert.equal(mayReadPrivate(askers.operator)?.code, "login_required");
  assert.equal(mayReadPrivate(askers.member), undefined);
});
