// Uses invitations: each use is counted in the transaction of what it permits.
import { ProtocolError } from "../../protocol/errors.ts";
import type { Account } from "../../store/accounts.ts";
import { type Invite, stateOf } from "../../store/invites/invites.ts";
import { askerOf, userAsker } from "../actor.ts";
import { type Asker, demand, isAdmitted } from "../permissions.ts";
import type { Room, Session, User } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { heldInvite, heldRoom, roomOf } from "./holding.ts";

/** Whether clients at the address of a connection can register without an invitation. */
export function isRegistrationOpen({ peer }: Session, services: Services): boolean {
  return services.registration === true || services.registrationWindows.includes(peer.address);
}

/**
 * Checks whether a connection may register an account, with an invitation or without.
 *
 * @throws {ProtocolError} `forbidden`, or `bad_invite` if its invitation can no longer be used.
 */
export function demandRegistration(session: Session, services: Services): void {
  if (isRegistrationOpen(session, services)) return;
  if (services.registration === false) refuse("registration_closed");
  const invite = heldInvite(session, services);
  if (invite === undefined) return refuse("registration_invited");
  if (!invite.registers) refuse("invite_for_guests");
  if (stateOf(invite, services.now()) !== "open") forget(session);
}

function refuse(
  reason: "registration_closed" | "registration_invited" | "invite_for_guests",
): never {
  throw new ProtocolError("forbidden", { reason });
}

/**
 * Creates an account. If the connection holds an invitation that registers, this is one of its uses, and its channel
 * admits the account.
 *
 * @throws {ProtocolError} `bad_invite` if the last use is gone. No account is created.
 */
export function registerInvited(
  session: Session,
  make: () => Account,
  services: Services,
): Account {
  const invite = heldInvite(session, services);
  if (invite?.registers !== true) return make();
  return services.atomically(() => {
    if (!services.invites.use(invite.id, services.now())) return forget(session);
    const account = make();
    const room = roomOf(invite, services);
    const user = { key: account.key, accountId: account.id };
    if (room !== undefined && !isAdmitted(userAsker(user, services), room.channel)) {
      admitAccount(room, account.key, services);
    }
    return account;
  });
}

/**
 * Counts the use of a guest who joins with the invitation of the connection.
 *
 * @throws {ProtocolError} `bad_invite` if it can no longer be used.
 */
export function useAsGuest(session: Session, services: Services): Invite {
  demand(services.refusesStoring());
  const invite = heldInvite(session, services);
  if (invite === undefined || !services.invites.use(invite.id, services.now())) forget(session);
  return invite!;
}

/** Lets a guest into a channel for as long as its connection or its token lives. */
export function admitGuest(user: User, { channel }: Room): void {
  user.invitedTo = new Set([...user.invitedTo ?? [], channel.id]);
}

/**
 * Lets the user of a connection into the channel of its invitation, if the channel is restricted and has not admitted
 * the user before. This is one use.
 *
 * @param who The user, who may not have joined yet.
 * @returns Whether the channel admits the user now.
 */
export function admitInvited(
  session: Session,
  { who, room }: { who: Pick<User, "key" | "accountId" | "invitedTo">; room: Room },
  services: Services,
): boolean {
  if (isAdmitted(userAsker(who, services), room.channel)) return true;
  if (heldRoom(session, services) !== room) return false;
  if (services.refusesStoring() !== undefined) return false;
  const id = session.invite!;
  return services.atomically(() => {
    if (!services.invites.use(id, services.now())) return false;
    if (who.accountId === null) who.invitedTo = new Set([...who.invitedTo ?? [], room.channel.id]);
    else admitAccount(room, who.key, services);
    return true;
  });
}

/** Returns a guest who would join with the invitation of the connection. */
export function invitedAsker(session: Session, services: Services): Asker {
  const room = heldRoom(session, services);
  const asker = askerOf(session, services);
  if (room === undefined) return asker;
  const { rank, key, accountId, groups } = asker;
  return { rank, key, accountId, groups, invitedTo: new Set([room.channel.id]) };
}

// A reload of the configuration keeps the accounts that were invited.
function admitAccount(room: Room, key: string, { channels }: Services): void {
  const { accounts, invited } = room.channel;
  channels.change(room, { accounts: [...accounts, key], invited: [...invited, key] });
}

// The next request of the connection does not fail because of the same invitation.
function forget(session: Session): never {
  session.invite = undefined;
  throw new ProtocolError("bad_invite");
}
