// Joins and leaves sessions, renames guests, and tells the other users.
import { nameTaken } from "../../auth/refusals.ts";
import type { PeerInfo } from "../../net/peer.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { checkName, nameKey } from "../../protocol/names.ts";
import type { Account } from "../../store/accounts.ts";
import { userAsker } from "../actor.ts";
import { deleteUnused } from "./membership.ts";
import { isAdmitted } from "../permissions.ts";
import type { Session, User } from "../presence/session.ts";
import { announce, announceGone, announceNewName, tellName, tellNewName } from "./announcing.ts";
import { noteDeparture, noteNewName } from "./hands.ts";
import { banError, longerMute } from "./sanctions.ts";
import type { Services } from "../services.ts";

/**
 * Joins a session as a member. The session leaves the user it had before. The caller has sent the reply.
 *
 * @param typed The name as the client wrote it.
 */
export function enterAsMember(
  session: Session,
  { account, typed }: { account: Account; typed: string },
  services: Services,
): void {
  if (session.user?.accountId === account.id) {
    session.knownAs = typed;
    return;
  }
  joinAsMember(session, { account, typed }, services);
  services.windows.loggedIn(session, account.id);
}

/** Joins a session as a member. Kept messages are not delivered yet. @param typed The name as the client wrote it. */
export function joinAsMember(
  session: Session,
  { account, typed }: { account: Account; typed: string | undefined },
  services: Services,
): void {
  leave(session, services);
  const holder = services.roster.find(account.key);
  if (holder?.accountId === null) rememberMarks(holder, services);
  const holderName = holder?.name;
  const { user, first, displaced } = services.roster.joinMember(session, account);
  if (displaced !== undefined) {
    // Clients compare names by case: the account's `online` does not remove "BOB" from their lists of users.
    if (holderName !== account.name) announceGone(displaced, holderName!, services);
    announceNewName(displaced, holderName!, services);
  }
  session.knownAs = typed;
  settle(session, { user, first, kind: "member" }, services);
}

/** Renames a guest who has the name of a new account, as a login of the account would. */
export function yieldName(account: Account, services: Services): void {
  const { roster } = services;
  const holder = roster.find(account.key);
  if (holder === undefined || holder.accountId === account.id) return;
  rememberMarks(holder, services);
  const oldName = holder.name;
  roster.displace(holder);
  announceGone(holder, oldName, services);
  announceNewName(holder, oldName, services);
}

/**
 * Joins a session as a guest, under the given name or a free name made from it.
 *
 * @param typed The name as the client wrote it, if it wrote one.
 */
export function enterAsGuest(
  session: Session,
  { name, typed }: { name: string; typed: string | undefined },
  services: Services,
): User {
  const ban = services.sanctions.findUserBan(nameKey(name), services.now());
  if (ban !== undefined) throw banError(ban, services.now());
  const user = services.roster.joinGuest(session, name);
  session.knownAs = typed;
  settle(session, { user, first: true, kind: "guest" }, services);
  if (user.name !== name) {
    const text = services.texts.say("renamed_taken", { old: name, name: user.name });
    tellNewName(user, { text, message: false }, services);
  }
  return user;
}

function settle(
  session: Session,
  { user, first, kind }: { user: User; first: boolean; kind: "guest" | "member" },
  services: Services,
): void {
  const { channels, sanctions, observer, lingering } = services;
  lingering.returned(user);
  if (first) {
    services.lesson.attendance.began(user);
    const asker = userAsker(user, services);
    channels.enter(user, (channel) => isAdmitted(asker, channel));
  }
  session.mute = longerMute(session.mute, sanctions.findMute(user.key, services.now()));
  session.loggedOut = false;
  observer.joined(session.peer, user.name, kind);
  if (first) announce(user, session, services);
}

/**
 * Returns a session to the state before it joined.
 *
 * @param mayReturn Whether a user with a token may come back, as when the connection ended by itself.
 */
export function leave(session: Session, services: Services, mayReturn = false): void {
  const { user, hello, token } = session;
  if (user === undefined) return;
  services.windows.left(session);
  // The missed lines are for this user only.
  session.forgetMissed();
  // A connection that has ended reads nothing more.
  if (!session.closed) rememberMarks(user, services, [session]);
  const { guestTokens, lingering } = services;
  guestTokens.note(user, session);
  const last = services.roster.leave(session);
  session.channel = undefined;
  session.knownAs = undefined;
  session.token = undefined;
  services.sessions.touch([session]);
  services.observer.left(session.peer, user.name);
  if (!last) return;
  if (!mayReturn) guestTokens.end(user);
  const isPage = hello?.tab !== undefined && token !== undefined;
  if (!mayReturn || !isPage || !lingering.isOn) return depart(user, session, services);
  linger(user, session.peer, services);
}

/** Makes a user linger who has no connection. @param peer The last connection, for the report of a bug. */
export function linger(user: User, peer: PeerInfo, services: Services): void {
  services.lingering.begin(user, () => {
    try {
      depart(user, undefined, services);
    } catch (error) {
      services.observer.handlerFailed(peer, "the end of a connection", error);
    }
  });
}

/** Removes a user whose last connection has ended. */
function depart(user: User, except: Session | undefined, services: Services): void {
  const { roster, channels, guestTokens } = services;
  roster.depart(user);
  const rooms = channels.of(user);
  channels.exit(user);
  guestTokens.gone(user);
  noteDeparture(user, services);
  announce({ name: user.name, state: "offline" }, except, services);
  for (const room of rooms) deleteUnused(room, services);
}

/** Joins a session as a user who is already online. If the session had joined as another user, it leaves first. */
export function rejoin(session: Session, user: User, services: Services): void {
  if (session.user === user) return;
  leave(session, services);
  services.roster.rejoin(session, user);
  const kind = user.accountId === null ? "guest" : "member";
  settle(session, { user, first: false, kind }, services);
}

/** Renames a guest. @throws {ProtocolError} if the name is not valid or is taken. */
export function renameGuest(user: User, wanted: string, services: Services): void {
  const checked = checkName(wanted);
  if (!checked.ok) throw new ProtocolError("bad_username", checked);
  const { name, key } = checked;
  const { roster, accountStore, sanctions, now } = services;
  const claim = accountStore.findClaim(name);
  if (claim !== undefined) throw nameTaken(name, claim, "account_name");
  const holder = roster.find(key);
  if (holder !== undefined && holder !== user || services.guestTokens.keeps(key)) {
    throw new ProtocolError("username_taken", { reason: "guest_name" });
  }
  const ban = sanctions.findUserBan(key, now());
  if (ban !== undefined) throw banError(ban, now());
  rememberMarks(user, services);
  const oldName = user.name;
  roster.rename(user, name);
  for (const session of user.sessions) {
    session.mute = longerMute(session.mute, sanctions.findMute(key, now()));
    session.knownAs ??= oldName;
  }
  if (oldName === name) return;
  noteNewName(user, oldName, services);
  const [only] = user.sessions;
  announceGone(user, oldName, services);
  announce(user, only, services);
  if (only !== undefined) tellName(only, services);
}

/**
 * Copies to the connections which messages are hidden from their user, so that another name does not reveal them.
 */
function rememberMarks(
  user: User,
  { expulsions }: Services,
  sessions: Iterable<Session> = user.sessions,
): void {
  const marks = expulsions.marksOf(user);
  if (marks.size === 0) return;
  for (const session of sessions) {
    session.marks ??= new Map();
    for (const [channel, mark] of marks) {
      session.marks.set(channel, Math.max(mark, session.marks.get(channel) ?? 0));
    }
  }
}
