// What another leader needs to know of a user: as plain values, and back.
import type { TokenState } from "../presence/guest_tokens.ts";
import type { Role, User } from "../presence/session.ts";
import type { GuestMarksState } from "../conversation/guest_marks.ts";
import type { Services } from "../services.ts";

/** The state of a user. */
export interface UserState {
  readonly name: string;
  readonly state: string;
  readonly role: Role;
  readonly accountId: number | null;
  readonly invitedTo?: readonly number[];
  /** The ids of its channels. */
  readonly rooms: readonly number[];
  /** When it raised its hand. */
  readonly hand?: number;
  /** The token of a guest. */
  readonly token?: TokenState;
  /** The read marks of a guest. */
  readonly seen?: GuestMarksState;
}

/** Returns the state of a user. */
export function stateOfUser(user: User, services: Services): UserState {
  const { channels, lesson, guestTokens, guestMarks } = services;
  const { name, state, role, accountId, invitedTo } = user;
  const hand = lesson.hands.sinceOf(user);
  const isGuest = accountId === null;
  const token = isGuest ? guestTokens.stateOf(user) : undefined;
  const seen = isGuest ? guestMarks.stateOf(user) : undefined;
  return {
    name,
    state,
    role,
    accountId,
    ...invitedTo !== undefined && { invitedTo: [...invitedTo] },
    rooms: channels.of(user).map(({ channel }) => channel.id),
    ...hand !== undefined && { hand },
    ...token !== undefined && { token },
    ...seen !== undefined && { seen },
  };
}

/** Gives a user who is online the state that it had under another leader. Nobody is told. */
export function restoreUser(user: User, state: UserState, services: Services): void {
  const { channels, lesson } = services;
  restoreGuest(user, state, services);
  channels.restore(user, state.rooms);
  lesson.attendance.restore(user);
  if (state.hand !== undefined) lesson.hands.restore(user, state.hand);
}

/** Gives a user what lasts while it is offline: the token of a guest, its marks and the channels it is invited to. */
export function restoreGuest(
  user: User,
  { invitedTo, token, seen }: UserState,
  { guestTokens, guestMarks }: Services,
): void {
  if (invitedTo !== undefined) user.invitedTo = new Set(invitedTo);
  if (seen !== undefined) guestMarks.restore(user, seen);
  if (token !== undefined) guestTokens.restore(user, token);
}
