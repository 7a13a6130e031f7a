// Joins a session again whose edge was given up and has come back. The client does not know that its user was offline.
import { nameKey } from "../../protocol/names.ts";
import { userAsker } from "../actor.ts";
import { enterAsGuest, joinAsMember, yieldName } from "../conversation/lobby.ts";
import { isAdmitted } from "../permissions.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { returnAsGuest } from "../web_sessions/resuming.ts";
import type { SessionState } from "./session_state.ts";
import { restoreGuest, type UserState } from "./user_state.ts";

/** The state of a session that had joined. */
type JoinedState = SessionState & { readonly user: UserState };

/**
 * Joins a session again. Others are told if its user was offline. The session is closed if its user may no longer
 * join.
 */
export function comeBack(session: Session, state: JoinedState, services: Services): void {
  const { sanctions, channels, now } = services;
  if (sanctions.findUserBan(nameKey(state.user.name), now()) !== undefined) {
    return session.close("banned");
  }
  const wasOnline = state.user.accountId === null
    ? comeBackAsGuest(session, state, services)
    : comeBackAsMember(session, state, services);
  const { user } = session;
  if (wasOnline === undefined || user === undefined) return session.close("signed_out");
  if (!wasOnline) takeUp(user, state.user, services);
  session.knownAs ??= state.knownAs;
  session.channel = channels.of(user).find(({ channel }) => channel.id === state.channel);
}

/** @returns Whether the user was online; `undefined` if it may not join. */
function comeBackAsGuest(
  session: Session,
  { user: state, token, knownAs }: JoinedState,
  services: Services,
): boolean | undefined {
  const { guestTokens, accountStore, roster, guests } = services;
  if (!guests) return undefined;
  const guest = token === undefined ? undefined : guestTokens.find(token);
  const wasOnline = guest !== undefined && roster.find(guest.user.key) === guest.user;
  if (token !== undefined && guest !== undefined) {
    returnAsGuest(session, { guest, token }, services);
  } else {
    const user = enterAsGuest(session, { name: state.name, typed: knownAs }, services);
    const { token: _, ...others } = state;
    restoreGuest(user, others, services);
    session.token = token;
    if (token !== undefined) guestTokens.give(token, user);
  }
  // An account may have been registered meanwhile.
  const account = accountStore.findByKey(session.user!.key);
  if (account !== undefined) yieldName(account, services);
  return wasOnline;
}

/** @returns Whether the user was online; `undefined` if it may not join. */
function comeBackAsMember(
  session: Session,
  { user: state, token, knownAs, window, mail: sent, unheard = [] }: JoinedState,
  services: Services,
): boolean | undefined {
  const { accountStore, webSessions, windows, mail, roster } = services;
  const account = accountStore.findById(state.accountId!);
  if (account === undefined || account.disabledAt !== null) return undefined;
  if (token !== undefined && webSessions.find(token) === undefined) return undefined;
  const wasOnline = roster.find(account.key)?.accountId === account.id;
  joinAsMember(session, { account, typed: knownAs }, services);
  session.token = token;
  const sending = sent !== undefined && "sending" in sent ? sent.sending.map(({ id }) => id) : [];
  mail.takeBack(session, session.user!, [...new Set([...sending, ...unheard])]);
  if (window === undefined) windows.deliver(session, account.id);
  else windows.restore(session, window);
  return wasOnline;
}

/** Gives a user who was offline what nobody has decided on meanwhile. */
function takeUp(user: User, state: UserState, services: Services): void {
  const { roster, channels, lesson } = services;
  if (user.state !== state.state) roster.setState(user, state.state);
  const { general } = channels;
  if (!state.rooms.includes(general.channel.id)) channels.leave(user, general);
  if (user.accountId === null) {
    const asker = userAsker(user, services);
    const admitted = channels.list().filter(({ channel }) =>
      state.rooms.includes(channel.id) && isAdmitted(asker, channel)
    );
    channels.restore(user, admitted.map(({ channel }) => channel.id));
  }
  if (state.hand !== undefined) lesson.hands.restore(user, state.hand);
}
