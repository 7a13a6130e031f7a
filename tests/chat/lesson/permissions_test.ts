// Tests of the permissions in a lesson, as tables of roles.
import assert from "node:assert/strict";
import { mayLead, mayRaiseHand, mayWritePrivately } from "../../../lib/chat/lesson/permissions.ts";
import { type Rank, RANKS } from "../../../lib/chat/permissions.ts";
import type { ProtocolError } from "../../../lib/protocol/errors.ts";
import { PRIVATE_POLICIES, type PrivatePolicy } from "../../../lib/protocol/requests/lesson.ts";

const LETTERS: Record<Rank, string> = {
  guest: "g",
  member: "m",
  moderator: "M",
  admin: "a",
  operator: "o",
};

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
