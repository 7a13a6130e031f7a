// What another leader needs to go on with a session: as plain values, and back.
import type { CloseReason } from "../../net/peer.ts";
import type { ChatWindow, Hello, Role, Session, User } from "../presence/session.ts";
import type { TailEvent } from "../../protocol/requests/operator.ts";
import { nameKey } from "../../protocol/names.ts";
import { announce } from "./announcing.ts";
import type { MailState } from "../delivery/mail_batch.ts";
import type { Services } from "../services.ts";
import type { Mute } from "../../store/sanctions.ts";

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

/** The state of a user, as each of its sessions has it. */
interface UserState {
  readonly name: string;
  readonly state: string;
  readonly role: Role;
  readonly accountId: number | null;
  readonly invitedTo?: readonly number[];
  /** The ids of its channels. */
  readonly rooms: readonly number[];
  /** When it raised its hand. */
  readonly hand?: number;
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

function stateOfUser(user: User, { channels, lesson }: Services): UserState {
  const { name, state, role, accountId, invitedTo } = user;
  const hand = lesson.hands.sinceOf(user);
  return {
    name,
    state,
    role,
    accountId,
    ...invitedTo !== undefined && { invitedTo: [...invitedTo] },
    rooms: channels.of(user).map(({ channel }) => channel.id),
    ...hand !== undefined && { hand },
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
  restored: RestoredSession,
  services: Services,
): void {
  const { state } = restored;
  const { user, hello, marks } = state;
  session.modern = state.modern ?? false;
  session.loggedOut = state.loggedOut ?? false;
  session.isConnected = state.isConnected ?? false;
  session.knownAs = state.knownAs;
  session.token = state.token;
  session.invite = state.invite;
  session.mute = state.mute;
  if (marks !== undefined) session.marks = new Map(marks);
  if (hello !== undefined) session.hello = { ...hello, features: new Set(hello.features) };
  if (session.operator !== undefined && state.events !== undefined) {
    session.operator.events = state.events;
    services.operations.tail.follow(session, { events: state.events, recent: 0 });
  }
  if (state.oneByOne) session.readOneByOne();
  if (user !== undefined) restoreJoined(session, { ...restored, user }, services);
  if (state.closing !== undefined) session.close(state.closing);
}

function restoreJoined(
  session: Session,
  { state, user, isBack }: RestoredSession & { readonly user: UserState },
  services: Services,
): void {
  const { channels, guestTokens, windows, sanctions, now } = services;
  if (sanctions.findUserBan(nameKey(user.name), now()) !== undefined) session.close("banned");
  const restored = restoreUser(session, { user, isBack }, services);
  session.channel = channels.of(restored).find((room) => room.channel.id === state.channel);
  if (state.window !== undefined) windows.restore(session, state.window);
  const { accountId } = restored;
  // A session that has ended has returned its messages to the mailbox.
  if (accountId !== null && state.mail !== undefined && !isBack) {
    windows.restoreMail(session, accountId, state.mail);
  }
  if (accountId === null && state.token !== undefined) {
    guestTokens.give(state.token, restored);
  }
}

function restoreUser(
  session: Session,
  { user: state, isBack }: { readonly user: UserState; readonly isBack: boolean },
  services: Services,
): User {
  const { roster, channels, lesson } = services;
  const user = isBack && isTaken(session, state, services)
    ? roster.joinGuest(session, state.name)
    : roster.restore(session, state);
  if (user.sessions.size > 1) return user;
  if (state.invitedTo !== undefined) user.invitedTo = new Set(state.invitedTo);
  channels.restore(user, state.rooms);
  lesson.attendance.began(user);
  if (state.hand !== undefined) lesson.hands.restore(user, state.hand);
  if (isBack) announce(user, session, services);
  return user;
}

/** Whether another guest has the name of a guest who is back. */
function isTaken(
  { token }: Session,
  { name, accountId }: UserState,
  { roster }: Services,
): boolean {
  const holder = roster.find(nameKey(name));
  if (holder === undefined || accountId !== null) return false;
  return token === undefined || ![...holder.sessions].some((other) => other.token === token);
}
