// What another leader needs to go on with a session: as plain values, and back.
import type { CloseReason } from "../../net/peer.ts";
import type { TailEvent } from "../../protocol/requests/operator.ts";
import type { Mute } from "../../store/sanctions.ts";
import { nameKey } from "../../protocol/names.ts";
import type { MailState } from "../delivery/mail_batch.ts";
import type { ChatWindow, Hello, Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { comeBack } from "./back.ts";
import { restoreUser, stateOfUser, type UserState } from "./user_state.ts";

/** The state of a session as plain values. Members that are missing have their value of a new session. */
export interface SessionState {
  readonly user?: UserState;
  /** The id of the current channel. */
  readonly channel?: number;
  readonly modern?: boolean;
  readonly loggedOut?: boolean;
  readonly isConnected?: boolean;
  readonly oneByOne?: boolean;
  readonly closing?: CloseReason;
  readonly knownAs?: string;
  readonly token?: string;
  readonly invite?: number;
  readonly window?: Omit<ChatWindow, "cancel">;
  readonly mail?: MailState;
  readonly hello?: Omit<Hello, "features"> & { readonly features: readonly string[] };
  readonly mute?: Mute;
  readonly marks?: readonly (readonly [channel: number, id: number])[];
  /** The events that an operator follows. */
  readonly events?: readonly TailEvent[];
}

/** Returns the state of a session. */
export function stateOf(session: Session, services: Services): SessionState {
  const { user, channel, knownAs, token, invite, window, hello, mute, marks, operator } = session;
  const mail = services.mail.stateOf(session);
  return {
    ...user !== undefined && { user: stateOfUser(user, services) },
    ...channel !== undefined && { channel: channel.channel.id },
    ...session.modern && { modern: true },
    ...session.loggedOut && { loggedOut: true },
    ...session.isConnected && { isConnected: true },
    ...session.closing !== undefined && { closing: session.closing },
    ...session.readsOneByOne && { oneByOne: true },
    ...knownAs !== undefined && { knownAs },
    ...token !== undefined && { token },
    ...invite !== undefined && { invite },
    ...window !== undefined && { window: stateOfWindow(window) },
    ...mail !== undefined && { mail },
    ...hello !== undefined && { hello: { ...hello, features: [...hello.features] } },
    ...mute !== undefined && { mute },
    ...marks !== undefined && { marks: [...marks] },
    ...operator?.events !== undefined && { events: operator.events },
  };
}

function stateOfWindow({ cancel: _, ...window }: ChatWindow): Omit<ChatWindow, "cancel"> {
  return window;
}

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
  session.modern = state.modern ?? false;
  session.loggedOut = state.loggedOut ?? false;
  session.isConnected = state.isConnected ?? false;
  session.invite = state.invite;
  session.mute = state.mute;
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
  const { roster, channels, windows, sanctions, now } = services;
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
  if (sanctions.findUserBan(nameKey(user.name), now()) !== undefined) session.close("banned");
}
