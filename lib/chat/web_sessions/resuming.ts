// Resumes with a token: as an account, or as a guest who left a short time ago.
import { digestOf } from "../../auth/tokens.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { disconnect } from "../conversation/disconnect.ts";
import { enterAsGuest, enterAsMember, leave, rejoin } from "../conversation/lobby.ts";
import { banError, longerMute } from "../conversation/sanctions.ts";
import type { Account } from "../../store/accounts.ts";
import { demand } from "../permissions.ts";
import type { TokenGuest } from "../presence/guest_tokens.ts";
import type { Role, Session } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { expiryOf } from "./giving.ts";

/** The user that a valid token belongs to. */
export interface Returning {
  readonly name: string;
  readonly role: Role;
  /** When the token expires; `undefined` for guests. */
  readonly expiresAt: number | undefined;
  /** The account; `undefined` for guests. */
  readonly account: Account | undefined;
  /** Whether the page asks for a new password. */
  readonly mustChange: boolean;
  /** Joins the connection as this user. The caller sends the reply first. */
  readonly enter: () => void;
}

/**
 * Finds the user that a token belongs to.
 *
 * @throws {ProtocolError} `session_expired`, `throttled`, `banned`, or `forbidden` if the client sent the token of an
 * account in plaintext where TLS is required. Guests have no password, so they may resume in plaintext.
 */
export function findReturning(session: Session, text: string, services: Services): Returning {
  const token = digestOf(text);
  const guest = token && guestOf(session, token, services);
  if (guest) return guest;
  demand(services.refusesPassword(session.peer));
  const account = token && accountOf(session, token, services);
  if (account) return account;
  services.wrongTokens.fail(session.network);
  throw new ProtocolError("session_expired");
}

function accountOf(session: Session, token: string, services: Services): Returning | undefined {
  const { webSessions, accountStore, now } = services;
  const kept = webSessions.find(token);
  if (kept === undefined) return undefined;
  const expiresAt = expiryOf(kept, services);
  const account = accountStore.findById(kept.accountId);
  if (account === undefined || account.disabledAt !== null || expiresAt <= now()) return undefined;
  refuseBanned(account.key, services);
  const enter = () => {
    try {
      webSessions.used(kept, now());
    } catch (error) {
      // The disk may be full. The user can still join.
      services.observer.handlerFailed(session.peer, "a token", error);
    }
    // The client has typed no name, so it uses the one in the reply.
    enterAsMember(session, { account, typed: account.name }, services);
    session.token = token;
    replaceTab(session, services);
  };
  const { name, role, mustChange } = account;
  return { name, role, expiresAt, mustChange, account, enter };
}

function guestOf(session: Session, token: string, services: Services): Returning | undefined {
  const { guestTokens, roster, accountStore, guests } = services;
  const guest = guestTokens.find(token);
  if (guest === undefined) return undefined;
  const { user } = guest;
  const isHere = roster.find(user.key) === user;
  const isTaken = !isHere && accountStore.findClaim(user.name) !== undefined;
  if (!guests || isTaken) {
    guestTokens.endToken(token);
    return undefined;
  }
  refuseBanned(user.key, services);
  const enter = () => {
    returnAsGuest(session, { guest, token }, services);
    replaceTab(session, services);
  };
  const nothing = { expiresAt: undefined, account: undefined, mustChange: false };
  return { name: user.name, role: "guest", ...nothing, enter };
}

/** Joins a connection as the guest of a token. The caller has checked that the guest may join. */
export function returnAsGuest(
  session: Session,
  { guest, token }: { guest: TokenGuest; token: string },
  services: Services,
): void {
  const { user } = guest;
  if (services.roster.find(user.key) === user) rejoin(session, user, services);
  else enterAgain(session, { guest, token }, services);
  takeAlong(session, guest, services);
  session.token = token;
}

function enterAgain(
  session: Session,
  { guest: { user }, token }: { guest: TokenGuest; token: string },
  services: Services,
): void {
  leave(session, services);
  services.guestTokens.release(token);
  const again = enterAsGuest(session, { name: user.name, typed: undefined }, services);
  services.guestMarks.move(user, again);
  again.invitedTo = user.invitedTo;
  services.guestTokens.returned(token, again);
}

// The mute of a guest and the messages that a kick hides also apply to its new connection.
function takeAlong(
  session: Session,
  { user, mute, marks }: TokenGuest,
  { sanctions, now }: Services,
): void {
  // The mute may have been lifted meanwhile.
  const standing = mute && sanctions.findMute(mute.key, now());
  session.mute = longerMute(session.mute, standing);
  const others = [...user.sessions].filter((other) => other !== session);
  for (const other of others) session.mute = longerMute(session.mute, other.mute);
  for (const past of [marks, ...others.map((other) => other.marks)]) {
    if (past === undefined) continue;
    session.marks ??= new Map();
    for (const [channel, mark] of past) {
      session.marks.set(channel, Math.max(mark, session.marks.get(channel) ?? 0));
    }
  }
}

function refuseBanned(key: string, { sanctions, now }: Services): void {
  const ban = sanctions.findUserBan(key, now());
  if (ban !== undefined) throw banError(ban, now());
}

/** Closes older connections of the same tab with the same token. */
function replaceTab(session: Session, services: Services): void {
  const { user, token, hello } = session;
  if (user === undefined || hello?.tab === undefined) return;
  const older = [...user.sessions].filter((other) =>
    other !== session && other.token === token && other.hello?.tab === hello.tab
  );
  if (older.length === 0) return;
  const text = services.texts.say("replaced");
  disconnect(older, { reason: "signed_out", code: "replaced", text }, services);
}
