// Gives members who are online the new names of their accounts, and tells everyone.
import type { Account } from "../../store/accounts.ts";
import { nameKey } from "../../protocol/names.ts";
import type { User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { announce, tellNewName } from "./announcing.ts";
import { noteNewName } from "./hands.ts";
import { yieldName } from "./lobby.ts";

/** An account with a new name. */
export interface RenamedAccount {
  readonly account: Account;
  /** The name that it had. */
  readonly from: string;
}

/** Renames the members who are online. Some of them may exchange their names. Guests with a new name yield it. */
export function renameMembers(renamed: readonly RenamedAccount[], services: Services): void {
  const { roster } = services;
  const online: { user: User; from: string; name: string }[] = [];
  for (const { account, from } of renamed) {
    const user = roster.find(nameKey(from));
    if (user?.accountId !== account.id) continue;
    online.push({ user, from, name: account.name });
    // A name that no user can have, until all old names are free.
    roster.rename(user, `\u0001${account.id}`);
  }
  for (const { account } of renamed) yieldName(account, services);
  for (const { user, name } of online) roster.rename(user, name);
  for (const { user, from } of online) {
    noteNewName(user, from, services);
    announce({ name: from, state: "offline" }, undefined, services);
    // Old clients know only the name that they gave at the login.
    for (const session of user.sessions) session.knownAs ??= from;
  }
  for (const { user, name } of online) {
    const text = services.texts.say("renamed_nick", { name });
    tellNewName(user, { text, message: true }, services);
    if (!user.hidden) announce(user, undefined, services);
  }
}
