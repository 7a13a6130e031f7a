// Makes users.
import { nameKey } from "../../protocol/names.ts";
import type { Account } from "../../store/accounts.ts";
import { ONLINE } from "./listing.ts";
import type { User } from "./session.ts";

/** Returns a user without connections. @param account The account of a member. */
export function makeUser(name: string, account: Pick<Account, "id" | "role"> | undefined): User {
  return {
    name,
    key: nameKey(name),
    state: ONLINE,
    hidden: false,
    role: account?.role ?? "guest",
    accountId: account?.id ?? null,
    sessions: new Set(),
  };
}
