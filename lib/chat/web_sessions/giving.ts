// Gives tokens: to accounts at a login, to guests when they join.
import { newToken } from "../../auth/tokens.ts";
import type { GivenToken } from "../../protocol/replies/web_sessions.ts";
import { formatTime } from "../../protocol/reply.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";

const DAY_MS = 86_400_000;

/** A token that was given, and what is kept of it. */
export interface Given {
  /** What the reply says. */
  readonly members: GivenToken;
  /** Its digest; `undefined` where none was given. */
  readonly token: string | undefined;
}

/** Where none is given. */
export const NO_TOKEN: Given = { members: {}, token: undefined };

/** Gives an account a token. Where none can be kept, as on a full disk, the login counts all the same. */
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

/** Gives a guest a token, which is not stored. @returns The token. */
export function giveGuestToken(session: Session, user: User, services: Services): string {
  const { text, digest } = newToken();
  services.guestTokens.give(digest, user);
  session.token = digest;
  return text;
}

/** When a token expires: a shorter `web.session_days` counts for tokens that exist. */
export function expiryOf(
  { createdAt, expiresAt }: { readonly createdAt: number; readonly expiresAt: number },
  { web }: Pick<Services, "web">,
): number {
  return Math.min(expiresAt, createdAt + web.sessionDays * DAY_MS);
}
