// Imports of class lists by operators and admins. They take effect at once for users who are online.
import {
  type CheckedList,
  importList,
  type ImportOptions,
  type ImportResult,
} from "../../auth/class_import.ts";
import type { Requester } from "../../auth/requester.ts";
import type { Plan } from "../../school/plan.ts";
import type { Applied } from "../../store/school/apply.ts";
import type { Actor } from "../actor.ts";
import { evictUnadmitted } from "../conversation/membership.ts";
import { yieldName } from "../conversation/lobby.ts";
import { renameMembers } from "../conversation/renaming.ts";
import { requesterOf } from "../requester.ts";
import type { Services } from "../services.ts";
import { closeSignedIn, forgetTokens } from "../web_sessions/ending.ts";
import { demand, mayGiveRole } from "../permissions.ts";
import { endSessions, rankNow } from "./accounts.ts";
import { act } from "./act.ts";

/** The choices of an import over a connection. */
export interface ClassImportOptions extends ImportOptions {
  /** Whether the page asks for another password at the next login. */
  readonly mustChange: boolean;
  /** Called when a password has been hashed. */
  readonly progress: (done: number, of: number) => void;
}

/** Imports a class list. @throws {ProtocolError} */
export async function importClasses(
  actor: Actor,
  { list, options }: { readonly list: CheckedList; readonly options: ClassImportOptions },
  services: Services,
): Promise<ImportResult<Applied>> {
  // A list can make moderators, and with `allowAdmins` administrators.
  const highest = options.allowAdmins ? "admin" : "moderator";
  demand(mayGiveRole(actor.rank, highest));
  const requester = importRequester(actor);
  return await importList(list, options, {
    directory: services.school.directory,
    hash: (password) => services.accounts.hash(password, requester),
    progress: options.progress,
    apply: (plan, hashes) => {
      demand(mayGiveRole(rankNow(actor, services), highest));
      const applied = apply(actor, { plan, hashes, mustChange: options.mustChange }, services);
      takeEffect(applied, services);
      return applied;
    },
  });
}

// The passwords of an import wait as those of one more address would, so that logins are not delayed.
function importRequester({ session }: Actor): Requester {
  return { network: "class import", presence: requesterOf(session).presence };
}

function apply(
  actor: Actor,
  { plan, hashes, mustChange }: {
    readonly plan: Plan;
    readonly hashes: Parameters<Services["school"]["apply"]>[1]["hashes"];
    readonly mustChange: boolean;
  },
  services: Services,
): Applied {
  const { school, audit, now } = services;
  const note = (action: string, target: string, detail: string) =>
    audit.append({
      at: now(),
      actor: actor.name,
      actorAccount: actor.accountId,
      action,
      target,
      channel: null,
      detail,
      address: actor.rank === "operator" ? "" : actor.session.peer.address,
    });
  return act(actor, {
    action: "class_import",
    target: plan.classes.map(({ name }) => name).slice(0, 20).join(", "),
    reason: summaryOf(plan),
    effect: () => {
      const applied = school.apply(plan, { hashes, mustChange, now: now(), note });
      const renamed = plan.steps.filter(({ renames }) => renames);
      const keys = renamed.map(({ account, person }) => [account!.key, person.key] as const);
      admitByNewKeys(new Map(keys), services.channels);
      return applied;
    },
  }, services);
}

/** Replaces the keys of renamed accounts in the lists of channels, which admit accounts by the keys of their names. */
export function admitByNewKeys(
  keys: ReadonlyMap<string, string>,
  channels: Services["channels"],
): void {
  for (const room of keys.size === 0 ? [] : channels.list()) {
    const { accounts } = room.channel;
    if (!accounts.some((key) => keys.has(key))) continue;
    channels.change(room, { accounts: accounts.map((key) => keys.get(key) ?? key) });
  }
}

/** Returns the numbers of a plan for the audit log. */
export function summaryOf({ steps, disable }: Plan): string {
  const count = (kind: string) => steps.filter((step) => step.kind === kind).length;
  return `${count("add")} added, ${count("move")} moved, ${count("change")} changed, ` +
    `${count("keep")} unchanged, ${disable.length} disabled`;
}

function takeEffect(applied: Applied, services: Services): void {
  const { roster, texts } = services;
  renameMembers(applied.renamed, services);
  for (const account of applied.added) yieldName(account, services);
  for (const account of applied.roles) {
    const user = roster.find(account.key);
    if (user?.accountId === account.id) roster.setRole(user, account.role);
    forgetTokens(account, services);
  }
  for (const account of applied.passwords) {
    services.accounts.forgive(account.key);
    closeSignedIn(account, () => true, services);
  }
  for (const account of applied.disabled) {
    endSessions(account, texts.say("account_disabled"), services);
  }
  evictUnadmitted(services);
}
