// What another leader needs to know of a user without a connection: one who lingers, or a guest whose name is reserved.
import { linger } from "../conversation/lobby.ts";
import { makeUser } from "../presence/user.ts";
import type { User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { restoreGuest, restoreUser, stateOfUser, type UserState } from "./user_state.ts";

/** Returns the state of a user without a connection; `undefined` if the chat keeps nothing of the user. */
export function absentStateOf(user: User, services: Services): UserState | undefined {
  const { lingering, guestTokens } = services;
  const isKept = user.sessions.size === 0 &&
    (lingering.has(user) || guestTokens.stateOf(user)?.isKept === true);
  return isKept ? stateOfUser(user, services) : undefined;
}

/**
 * Restores a user without a connection. Nobody is told. The time until the user leaves, or until the name is free,
 * begins anew.
 *
 * @returns The user.
 */
export function restoreAbsent(state: UserState, services: Services): User {
  if (state.token?.isKept) {
    const user = makeUser(state.name, undefined);
    restoreGuest(user, state, services);
    return user;
  }
  const user = services.roster.restore(state);
  restoreUser(user, state, services);
  linger(user, NO_PEER, services);
  return user;
}

const NO_PEER = { id: 0, address: "", port: 0 };
