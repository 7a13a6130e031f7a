// What mutes and bans do to the users they affect: which one applies, for how long, and the error.
import { type ErrorDetails, ProtocolError } from "../../protocol/errors.ts";
import type { Place } from "../../protocol/phrases.ts";
import type { Ban, Mute } from "../../store/sanctions.ts";
import type { Services } from "../services.ts";
import type { Session, User } from "../presence/session.ts";

/** The error for a banned name or address. */
export function banError(ban: Pick<Ban, "until" | "reason">, now: number): ProtocolError {
  return new ProtocolError("banned", detailsOf(ban, "banned_for", now));
}

/** Returns the mute that a session is under at a given time, if any. */
export function muteOf({ mute }: Session, now: number): Mute | undefined {
  return mute === undefined || mute.until !== null && mute.until <= now ? undefined : mute;
}

/** Returns the mute that ends last of all mutes of a user's connections. */
export function muteOfUser({ sessions }: User, now: number): Mute | undefined {
  let found: Mute | undefined;
  for (const session of sessions) found = longerMute(found, muteOf(session, now));
  return found;
}

/** Rejects a message from a muted user. @throws {ProtocolError} `muted` */
export function refuseMuted(session: Session, { now }: Pick<Services, "now">): void {
  // Most sessions are not muted; they need not read the clock.
  if (session.mute === undefined) return;
  const mute = muteOf(session, now());
  if (mute === undefined) return;
  throw new ProtocolError("muted", detailsOf(mute, "muted_for", now()));
}

/** Returns the mute that ends later. */
export function longerMute(a: Mute | undefined, b: Mute | undefined): Mute | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return (a.until ?? Infinity) >= (b.until ?? Infinity) ? a : b;
}

function detailsOf(
  { until, reason }: Pick<Ban, "until" | "reason">,
  timed: "banned_for" | "muted_for",
  now: number,
): ErrorDetails<typeof timed> {
  const because: Place = reason === "" ? "" : { key: "because", places: { reason } };
  if (until === null) return { places: { because } };
  const retryAfter = Math.max(1, Math.ceil((until - now) / 1000));
  return { reason: timed, retryAfter, places: { time: { seconds: retryAfter }, because } };
}
