// Tests of lib/chat/permissions.ts, as a table of role, request and target.
import assert from "node:assert/strict";
import {
  type Asker,
  type Guarded,
  isAdmitted,
  mayGiveRole,
  mayJoin,
  mayKnow,
  mayRead,
  mayRequest,
  maySetTopic,
  mayWrite,
  operatorMayRequest,
  type Rank,
  RANKS,
} from "../../lib/chat/permissions.ts";
import type { ProtocolError } from "../../lib/protocol/errors.ts";
import { managementSchemas } from "../../lib/protocol/requests/families.ts";
import type { RequestType } from "../../lib/protocol/request.ts";
import { askers, LETTERS } from "./ranks.ts";

const open: Guarded = {
  id: 2,
  name: "#dev",
  roles: [],
  accounts: [],
  groups: [],
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
  "for the group of bob": { ...open, groups: ["2slam", "1slam"] },
  "for the group of bob, closed": { ...open, groups: ["2slam"], closed: true },
  "for the group of bob, read-only": { ...open, groups: ["2slam"], readOnly: true },
  "for the group of bob and for moderators": { ...open, roles: ["moderator"], groups: ["2slam"] },
  "for a group that does not exist": { ...open, groups: ["nobody"] },
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
  "for the group of bob, read-only": {
    know: "mo",
    join: "mo",
    "read as a member": "mo",
    "read from outside": "mo",
    write: "o",
    topic: "o",
  },
  "for the group of bob and for moderators": {
    know: "mMao",
    join: "mMao",
    "read as a member": "mMao",
    "read from outside": "mMao",
    write: "mMao",
    topic: "Mao",
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
// A group admits as a list of accounts does.
TABLE["for the group of bob"] = TABLE["for bob"]!;
TABLE["for the group of bob, closed"] = TABLE["for bob, closed"]!;
TABLE["for a group that does not exist"] = TABLE["for gus by name"]!;
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

Deno.test("an invitation admits a guest to its channel and to no other", () => {
  const invited: Asker = { ...askers.guest, invitedTo: new Set([2]) };
  const restricted = channels["for bob"]!;
  assert.equal(mayJoin(invited, restricted), undefined);
  assert.equal(mayJoin(invited, { ...restricted, id: 3 })?.reason, "restricted");
  assert.equal(mayJoin(invited, { ...restricted, closed: true })?.reason, "closed");
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
  note_export: { least: "operator", operator: true },
  cluster: { least: "operator", operator: true },
  cluster_forget: { least: "operator", operator: true },
  cluster_step_down: { least: "operator", operator: true },
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
  user_list: { least: "admin", operator: true },
  user_sessions: { least: "admin", operator: true },
  user_end_sessions: { least: "admin", operator: true },
  user_show: { least: "admin", operator: true },
  user_add: { least: "admin", operator: true },
  user_passwd: { least: "admin", operator: true },
  user_role: { least: "admin", operator: true },
  user_disable: { least: "admin", operator: true },
  user_enable: { least: "admin", operator: true },
  user_delete: { least: "operator", operator: true },
  user_erase: { least: "operator", operator: true },
  channel_delete: { least: "operator", operator: true },
  invite: { least: "guest", operator: false },
  invite_create: { least: "admin", operator: true },
  invites: { least: "admin", operator: true },
  invite_revoke: { least: "admin", operator: true },
  registration_open: { least: "admin", operator: true },
  registration_close: { least: "admin", operator: true },
  registration: { least: "admin", operator: true },
  class_rows: { least: "admin", operator: true },
  class_import: { least: "admin", operator: true },
  groups: { least: "admin", operator: true },
  group_show: { least: "admin", operator: true },
  group_create: { least: "admin", operator: true },
  group_delete: { least: "admin", operator: true },
  group_rename: { least: "admin", operator: true },
  group_add: { least: "admin", operator: true },
  group_remove: { least: "admin", operator: true },
};

for (const [type, { least, operator }] of Object.entries(REQUESTS)) {
  Deno.test(`who may request ${type}`, () => {
    for (const rank of RANKS) {
      const may = mayRequest(askers[rank], type as RequestType, true) === undefined;
      assert.equal(may, RANKS.indexOf(rank) >= RANKS.indexOf(least), rank);
    }
    assert.equal(operatorMayRequest(type as RequestType) === undefined, operator);
  });
}

Deno.test("an admin manages accounts only over TLS, and everything else works without", () => {
  for (const type of Object.keys(REQUESTS) as RequestType[]) {
    const refusal = mayRequest(askers.admin, type, false);
    if (REQUESTS[type].least === "operator") assert.equal(refusal?.reason, "moderators", type);
    else {assert.equal(
        refusal?.reason,
        Object.hasOwn(managementSchemas, type) ? "clear_management" : undefined,
        type,
      );}
  }
});

Deno.test("an admin gives only roles below their own", () => {
  const given = (rank: Rank) =>
    (["member", "moderator", "admin"] as const).filter((role) =>
      mayGiveRole(rank, role) === undefined
    );
  assert.deepEqual(given("admin"), ["member", "moderator"]);
  assert.deepEqual(given("operator"), ["member", "moderator", "admin"]);
});
