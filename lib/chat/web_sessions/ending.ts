// Ends tokens, and closes the connections that are signed in with them.
import { nameKey } from "../../protocol/names.ts";
import type { Account } from "../../store/accounts.ts";
import { disconnect } from "../conversation/disconnect.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";

/** Ends a token of an account or of a guest. @param token The digest of the token. */
export function endToken(token: string, { webSessions, guestTokens }: Services): void {
  guestTokens.endToken(token);
  webSessions.endToken(token);
}

/** Ends all tokens of a user. */
export function endTokensOf(user: User, { webSessions, guestTokens }: Services): void {
  if (user.accountId === null) guestTokens.end(user);
  else webSessions.endAll(user.accountId);
}

/** Closes the connections of an account whose tokens have ended. @param isEnded Whether a session's token has ended. */
export function closeSignedIn(
  account: Pick<Account, "id" | "key">,
  isEnded: (session: Session) => boolean,
  services: Services,
): void {
  const user = services.roster.find(account.key);
  if (user?.accountId === account.id) closeConnections(user, isEnded, services);
}

/** Like {@linkcode closeSignedIn}, for a user who is online. */
export function closeConnections(
  user: User,
  isEnded: (session: Session) => boolean,
  services: Services,
): void {
  const ended = [...user.sessions].filter((session) =>
    session.token !== undefined && isEnded(session)
  );
  const text = services.texts.say("session_ended");
  disconnect(ended, { reason: "signed_out", code: "session_ended", text }, services);
}

/** Called when all tokens of an account have ended. The connections stay open, without a token. */
export function forgetTokens({ id, name }: Account, { roster, sessions }: Services): void {
  const user = roster.find(nameKey(name));
  if (user?.accountId !== id) return;
  for (const session of user.sessions) session.token = undefined;
  sessions.touch(user.sessions);
}
