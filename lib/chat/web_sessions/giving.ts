// Gives tokens to accounts when they log in, and to guests when they join.
import { newToken } from "../../auth/tokens.ts";
import type { GivenToken } from "../../protocol/replies/web_sessions.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";

const DAY_MS = 86_400_000;

/** A token for a client, and its digest. */
export interface Given {
  /** The members of the reply. */
  readonly members: GivenToken;
  /** The digest of the token; `undefined` without a token. */
  readonly token: string | undefined;
}

/** The result if the server gives no token. */
export const NO_TOKEN: Given = { members: {}, token: undefined };

/** Gives an account a token. If it cannot be stored, for example on a full disk, the login succeeds without a token. */
export function giveToken(session: Session, accountId: number, services: Services): Given {
  const { web, webSessions, observer, now } = services;
  if (web.sessionDays === 0 || services.refusesStoring() !== undefined) return NO_TOKEN;
  const { text, digest } = newToken();
  const at = now();
  const expiresAt = at + web.sessionDays * DAY_MS;
  const client = session.hello?.client ?? "";
  try {
    webSessions.create({ accountId, tokenHash: digest, client, now: at, expiresAt });
  } catch (error) {
    observer.handlerFailed(session.peer, "a token", error);
    return NO_TOKEN;
  }
  return { members: { token: text, expires: formatTime(expiresAt) }, token: digest };
}

/** Gives a guest a token, which is kept in memory only. @returns The token. */
export function giveGuestToken(session: Session, user: User, services: Services): string {
  const { text, digest } = newToken();
  services.guestTokens.give(digest, user);
  session.token = digest;
  return text;
}

/** Returns when a token expires. A reduced `web.session_days` also applies to existing tokens. */
export function expiryOf(
  { createdAt, expiresAt }: { readonly createdAt: number; readonly expiresAt: number },
  { web }: Pick<Services, "web">,
): number {
  return Math.min(expiresAt, createdAt + web.sessionDays * DAY_MS);
}
