// Lets administrators end the tokens with which accounts stay signed in.
import { ProtocolError } from "../../protocol/errors.ts";
import type { Account } from "../../store/accounts.ts";
import type { Actor } from "../actor.ts";
import { demand, mayActOn } from "../permissions.ts";
import type { Services } from "../services.ts";
import { closeSignedIn } from "../web_sessions/ending.ts";
import { requireAccount } from "./accounts.ts";
import { act } from "./act.ts";

/** Returns the detail for the audit log. @param id The id of the token, or `undefined` for all. */
export function detailOfEnding(id: number | undefined): string {
  return id === undefined ? "all" : `id ${id}`;
}

/**
 * Ends one token of an account, or all, and closes the connections that use them.
 *
 * @returns The account, and the number of tokens ended.
 * @throws {ProtocolError} `unknown_user`, or `bad_request` if the account has no such token.
 */
export function endUserSessions(
  actor: Actor,
  { user, id }: { readonly user: string; readonly id?: number | undefined },
  services: Services,
): { account: Account; ended: number } {
  const { webSessions, now } = services;
  const account = requireAccount(user, services);
  demand(mayActOn(actor.rank, account.role));
  const isKnown = id === undefined ||
    webSessions.list(account.id, now()).some((kept) => kept.id === id);
  if (!isKnown) throw new ProtocolError("bad_request", { reason: "no_session" });
  let token: string | undefined;
  const ended = act(actor, {
    action: "user_end_sessions",
    target: account.name,
    reason: detailOfEnding(id),
    effect: () => {
      if (id === undefined) return webSessions.endAll(account.id);
      token = webSessions.end(account.id, id);
      return 1;
    },
  }, services);
  closeSignedIn(account, (session) => id === undefined || session.token === token, services);
  return { account, ended };
}
