// One user of each rank, and the letter of each rank in the tables of permissions.
import type { Asker, Rank } from "../../lib/chat/permissions.ts";

/** One user of each rank. */
export const askers: Record<Rank, Asker> = {
  // A guest is in no group. If it were in one, that would admit it nowhere.
  guest: { rank: "guest", key: "gus", accountId: null, groups: ["2slam"] },
  member: { rank: "member", key: "bob", accountId: 3, groups: ["club", "2slam"] },
  moderator: { rank: "moderator", key: "max", accountId: 2, groups: ["2sisr"] },
  admin: { rank: "admin", key: "ada", accountId: 1, groups: [] },
  operator: { rank: "operator", key: "", accountId: null, groups: [] },
};

/** The letter of each rank. */
export const LETTERS: Record<Rank, string> = {
  guest: "g",
  member: "m",
  moderator: "M",
  admin: "a",
  operator: "o",
};
