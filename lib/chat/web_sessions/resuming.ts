// Coming back with a token: as an account, or as a guest who has not been gone for long.
import { digestOf } from "../../auth/tokens.ts";
import { ProtocolError } from "../../protocol/errors.ts";
import { disconnect } from "../conversation/disconnect.ts";
import { enterAsGuest, enterAsMember, leave, rejoin } from "../conversation/lobby.ts";
import { banError, longerMute } from "../conversation/sanctions.ts";
import { demand } from "../permissions.ts";
import type { TokenGuest } from "../presence/guest_tokens.ts";
import type { Role, Session } from "../presence/session.ts";
import type { Services } from "../services.ts";
import { expiryOf } from "./giving.ts";

/** Somebody who may come back. */
export interface Returning {
  readonly name: string;
  readonly role: Role;
  /** When the token expires; guests have none. */
  readonly expiresAt: number | undefined;
  /** Joins the connection. The caller has sent the reply. */
  readonly enter: () => void;
}

/**
 * Who may come back over a connection with a token.
 *
 * @throws {ProtocolError} `session_expired`, `throttled`, `banned`, or `forbidden` where the token of an account came
 * in clear and TLS is required. Guests have no password, and may come back in clear.
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
      // The disk may be full: that keeps nobody out.
      services.observer.handlerFailed(session.peer, "a token", error);
    }
    // The client has typed no name: it takes the one of the reply.
    enterAsMember(session, { account, typed: account.name }, services);
    session.token = token;
    replaceTab(session, services);
  };
  return { name: account.name, role: account.role, expiresAt, enter };
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
    if (isHere) rejoin(session, user, services);
    else enterAgain(session, { guest, token }, services);
    takeAlong(session, guest, services);
    session.token = token;
    replaceTab(session, services);
  };
  return { name: user.name, role: "guest", expiresAt: undefined, enter };
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
  services.guestTokens.returned(token, again);
}

// Another connection does not shed a mute, nor what a kick hides.
function takeAlong(
  session: Session,
  { user, mute, marks }: TokenGuest,
  { sanctions, now }: Services,
): void {
  // It may have been lifted meanwhile.
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

/** Ends older connections of the same tab: those that have the same token. */
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
