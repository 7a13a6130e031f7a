// Restores a session from the state that it had under another leader, or before its edge was given up.
import { nameKey } from "../../protocol/names.ts";
import type { Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { comeBack } from "./back.ts";
import type { SessionState } from "./session_state.ts";
import { restoreUser, type UserState } from "./user_state.ts";

/** A session to restore. */
export interface RestoredSession {
  readonly state: SessionState;
  /** Whether the session has ended and comes back. Otherwise, nobody is told anything. */
  readonly isBack: boolean;
}

/** Gives a new session the state that it had under another leader, or before its edge was given up. */
export function restoreState(
  session: Session,
  { state, isBack }: RestoredSession,
  services: Services,
): void {
  const { user, hello, marks } = state;
  session.beginReceipts();
  session.connectedAt = state.connectedAt;
  session.modern = state.modern ?? false;
  session.loggedOut = state.loggedOut ?? false;
  session.isConnected = state.isConnected ?? false;
  session.invite = state.invite;
  session.mute = state.mute;
  if (session.operator !== undefined) session.operator.name = state.operator ?? "";
  session.hasLostList = state.lostList ?? false;
  if (marks !== undefined) session.marks = new Map(marks);
  if (hello !== undefined) session.hello = { ...hello, features: new Set(hello.features) };
  if (session.operator !== undefined && state.events !== undefined) {
    session.operator.events = state.events;
    services.operations.tail.follow(session, { events: state.events, recent: 0 });
  }
  if (state.oneByOne) session.readOneByOne();
  if (user !== undefined && !isBack) restoreJoined(session, { ...state, user }, services);
  if (user !== undefined && isBack && state.closing === undefined) {
    comeBack(session, { ...state, user }, services);
  }
  if (state.closing !== undefined) session.close(state.closing);
}

function restoreJoined(
  session: Session,
  state: SessionState & { readonly user: UserState },
  services: Services,
): void {
  const { roster, channels, windows, mail, sanctions, now } = services;
  const user: User = roster.restore(state.user);
  const isFirst = user.sessions.size === 0;
  roster.rejoin(session, user);
  if (isFirst) restoreUser(user, state.user, services);
  session.knownAs = state.knownAs;
  session.token = state.token;
  session.channel = channels.of(user).find(({ channel }) => channel.id === state.channel);
  if (state.window !== undefined) windows.restore(session, state.window);
  if (user.accountId !== null && state.mail !== undefined) {
    windows.restoreMail(session, user.accountId, state.mail);
  }
  if (state.unheard !== undefined) mail.unheard.restore(state.unheard, user, session);
  if (sanctions.findUserBan(nameKey(user.name), now()) !== undefined) session.close("banned");
}
