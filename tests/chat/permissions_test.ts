// Tests of lib/chat/permissions.ts, as a table of role, request and target.
import assert from "node:assert/strict";
import {
  type Asker,
  type Guarded,
  isAdmitted,
  mayActOn,
  mayCreate,
  mayDelete,
  mayJoin,
  mayKnow,
  mayLead,
  mayRaiseHand,
  mayRead,
  mayReadPrivate,
  mayRequest,
  maySetTopic,
  mayWrite,
  mayWritePrivately,
  operatorMayRequest,
  type Rank,
  RANKS,
} from "../../lib/chat/permissions.ts";
import type { ProtocolError } from "../../lib/protocol/errors.ts";
import type { RequestType } from "../../lib/protocol/request.ts";
import { PRIVATE_POLICIES, type PrivatePolicy } from "../../lib/protocol/requests/lesson.ts";

const askers: Record<Rank, Asker> = {
  guest: { rank: "guest", key: "gus", accountId: null },
  member: { rank: "member", key: "bob", accountId: 3 },
  moderator: { rank: "moderator", key: "max", accountId: 2 },
  admin: { rank: "admin", key: "ada", accountId: 1 },
  operator: { rank: "operator", key: "", accountId: null },
};

const open: Guarded = {
  name: "#dev",
  roles: [],
  accounts: [],
  readOnly: false,
  closed: false,
  createdBy: null,
};
const channels: Record<string, Guarded> = {
  open,
  closed: { ...open, closed: true },
  "read-only": { ...open, readOnly: true },
  "for moderators": { ...open, roles: ["moderator"] },
  "for admins": { ...open, roles: ["admin"] },
  "for bob": { ...open, accounts: ["bob"] },
  "for gus by name": { ...open, accounts: ["gus"] },
  "for bob, closed": { ...open, accounts: ["bob"], closed: true },
  "bob's": { ...open, createdBy: 3 },
  "bob's, closed": { ...open, createdBy: 3, closed: true },
};

type Decide = (asker: Asker, channel: Guarded) => ProtocolError | undefined;
const decisions: Record<string, Decide> = {
  know: mayKnow,
  join: mayJoin,
  "read as a member": (asker, channel) => mayRead(asker, channel, true),
  "read from outside": (asker, channel) => mayRead(asker, channel, false),
  write: mayWrite,
  topic: maySetTopic,
};

// One letter for each rank that may: guest, member (bob), moderator, admin, operator.
const TABLE: Record<string, Record<string, string>> = {
  open: {
    know: "gmMao",
    join: "gmMao",
    "read as a member": "gmMao",
    "read from outside": "gmMao",
    write: "gmMao",
    topic: "Mao",
  },
  closed: {
    know: "gmMao",
    join: "Mao",
    "read as a member": "gmMao",
    "read from outside": "Mao",
    write: "Mao",
    topic: "Mao",
  },
  "read-only": {
    know: "gmMao",
    join: "gmMao",
    "read as a member": "gmMao",
    "read from outside": "gmMao",
    write: "Mao",
    topic: "Mao",
  },
  "for moderators": {
    know: "Mao",
    join: "Mao",
    "read as a member": "Mao",
    "read from outside": "Mao",
    write: "Mao",
    topic: "Mao",
  },
  "for admins": {
    know: "ao",
    join: "ao",
    "read as a member": "ao",
    "read from outside": "ao",
    write: "ao",
    topic: "ao",
  },
  "for bob": {
    know: "mo",
    join: "mo",
    "read as a member": "mo",
    "read from outside": "mo",
    write: "mo",
    topic: "o",
  },
  "for gus by name": {
    know: "o",
    join: "o",
    "read as a member": "o",
    "read from outside": "o",
    write: "o",
    topic: "o",
  },
  "for bob, closed": {
    know: "mo",
    join: "o",
    "read as a member": "mo",
    "read from outside": "o",
    write: "o",
    topic: "o",
  },
  "bob's": {
    know: "gmMao",
    join: "gmMao",
    "read as a member": "gmMao",
    "read from outside": "gmMao",
    write: "gmMao",
    topic: "mMao",
  },
  "bob's, closed": {
    know: "gmMao",
    join: "Mao",
    "read as a member": "gmMao",
    "read from outside": "Mao",
    write: "Mao",
    topic: "Mao",
  },
};
const LETTERS: Record<Rank, string> = {
  guest: "g",
  member: "m",
  moderator: "M",
  admin: "a",
  operator: "o",
};

for (const [name, channel] of Object.entries(channels)) {
  for (const [what, decide] of Object.entries(decisions)) {
    Deno.test(`who may ${what} in a channel that is ${name}`, () => {
      const may = RANKS.filter((rank) => decide(askers[rank], channel) === undefined);
      assert.equal(may.map((rank) => LETTERS[rank]).join(""), TABLE[name]![what]);
    });
  }
}

Deno.test("only users who are admitted know a restricted channel, and others are told only that", () => {
  const refusal = mayJoin(askers.guest, { ...channels["for bob"]!, closed: true, readOnly: true });
  assert.deepEqual([refusal?.code, refusal?.reason], ["forbidden", "restricted"]);
  assert.equal(isAdmitted(askers.operator, channels["for bob"]!), true);
});

// Each request with the lowest rank that may send it, and whether the operator may.
const REQUESTS: Record<RequestType, { least: Rank; operator: boolean }> = {
  register: { least: "guest", operator: false },
  login: { least: "guest", operator: false },
  message: { least: "guest", operator: false },
  status: { least: "guest", operator: false },
  users: { least: "guest", operator: true },
  password: { least: "guest", operator: false },
  whoami: { least: "guest", operator: true },
  ping: { least: "guest", operator: true },
  logout: { least: "guest", operator: false },
  join: { least: "guest", operator: false },
  leave: { least: "guest", operator: false },
  channels: { least: "guest", operator: true },
  history: { least: "guest", operator: true },
  search: { least: "guest", operator: true },
  topic: { least: "guest", operator: true },
  kick: { least: "moderator", operator: true },
  mute: { least: "moderator", operator: true },
  unmute: { least: "moderator", operator: true },
  ban: { least: "moderator", operator: true },
  unban: { least: "moderator", operator: true },
  bans: { least: "moderator", operator: true },
  delete: { least: "moderator", operator: true },
  announce: { least: "moderator", operator: true },
  close_channel: { least: "moderator", operator: true },
  open_channel: { least: "moderator", operator: true },
  operator: { least: "operator", operator: true },
  clients: { least: "operator", operator: true },
  disconnect: { least: "operator", operator: true },
  reload: { least: "operator", operator: true },
  stats: { least: "operator", operator: true },
  shutdown: { least: "operator", operator: true },
  tail: { least: "operator", operator: true },
  audit: { least: "operator", operator: true },
  channel_create: { least: "operator", operator: true },
  channel_update: { least: "operator", operator: true },
  hello: { least: "guest", operator: true },
  resume: { least: "guest", operator: false },
  sessions: { least: "guest", operator: false },
  end_session: { least: "guest", operator: false },
  overview: { least: "guest", operator: false },
  seen: { least: "guest", operator: false },
  people: { least: "guest", operator: true },
  classes: { least: "moderator", operator: true },
  class: { least: "moderator", operator: true },
  hand: { least: "guest", operator: true },
  hands: { least: "guest", operator: true },
  policy: { least: "guest", operator: true },
  report: { least: "guest", operator: false },
  attendance: { least: "moderator", operator: true },
  user_sessions: { least: "operator", operator: true },
  user_end_sessions: { least: "operator", operator: true },
  user_show: { least: "operator", operator: true },
  user_add: { least: "operator", operator: true },
  user_passwd: { least: "operator", operator: true },
  user_role: { least: "operator", operator: true },
  user_disable: { least: "operator", operator: true },
  user_enable: { least: "operator", operator: true },
  user_delete: { least: "operator", operator: true },
  user_erase: { least: "operator", operator: true },
  channel_delete: { least: "operator", operator: true },
};

for (const [type, { least, operator }] of Object.entries(REQUESTS)) {
  Deno.test(`who may request ${type}`, () => {
    for (const rank of RANKS) {
      const may = mayRequest(askers[rank], type as RequestType) === undefined;
      assert.equal(may, RANKS.indexOf(rank) >= RANKS.indexOf(least), rank);
    }
    assert.equal(operatorMayRequest(type as RequestType) === undefined, operator);
  });
}

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

Deno.test("moderators, admins and operators lead a lesson, and everyone but an operator can raise a hand", () => {
  const may = (decide: (rank: Rank) => ProtocolError | undefined) =>
    RANKS.filter((rank) => decide(rank) === undefined).map((rank) => LETTERS[rank]).join("");
  assert.equal(may(mayLead), "Mao");
  assert.equal(may(mayRaiseHand), "gmMa");
});

// Who may write privately to whom: one row for each policy and sender, with the possible recipients.
const PRIVATE: Record<PrivatePolicy, Record<Exclude<Rank, "operator">, string>> = {
  all: { guest: "gmMa", member: "gmMa", moderator: "gmMa", admin: "gmMa" },
  staff: { guest: "Ma", member: "Ma", moderator: "gmMa", admin: "gmMa" },
  none: { guest: "", member: "", moderator: "gmMa", admin: "gmMa" },
};

for (const policy of PRIVATE_POLICIES) {
  Deno.test(`who may write private messages under the policy ${policy}`, () => {
    for (const [sender, expected] of Object.entries(PRIVATE[policy])) {
      const recipients = RANKS.filter((rank) =>
        rank !== "operator" && mayWritePrivately(policy, sender as Rank, rank) === undefined
      );
      assert.equal(recipients.map((rank) => LETTERS[rank]).join(""), expected, sender);
    }
  });
}
