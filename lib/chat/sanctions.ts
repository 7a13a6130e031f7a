// Mutes and bans as those feel them who are hit: which counts, for how long, and what they are told.
import { ProtocolError } from "../protocol/errors.ts";
import type { Ban, Mute } from "../store/sanctions.ts";
import type { Services } from "./services.ts";
import type { Session } from "./session.ts";

/** What somebody banned is answered. */
export function banError(ban: Pick<Ban, "until" | "reason">, now: number): ProtocolError {
  return new ProtocolError("banned", `You are banned${ending(ban, now)}`, wait(ban, now));
}

/** The mute a session is under at a time, if any. */
export function muteOf({ mute }: Session, now: number): Mute | undefined {
  return mute === undefined || mute.until !== null && mute.until <= now ? undefined : mute;
}

/** Refuses what somebody muted says. @throws {ProtocolError} `muted` */
export function refuseMuted(session: Session, { now }: Pick<Services, "now">): void {
  // Nearly nobody is.
  if (session.mute === undefined) return;
  const mute = muteOf(session, now());
  if (mute === undefined) return;
  throw new ProtocolError("muted", `You are muted${ending(mute, now())}`, wait(mute, now()));
}

/** Of two mutes the one that ends later. */
export function longerMute(a: Mute | undefined, b: Mute | undefined): Mute | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return (a.until ?? Infinity) >= (b.until ?? Infinity) ? a : b;
}

function ending({ until, reason }: { until: number | null; reason: string }, now: number): string {
  const time = until === null ? "" : ` for another ${secondsTo(until, now)} s`;
  return reason === "" ? `${time}.` : `${time}: ${reason}`;
}

function wait({ until }: { until: number | null }, now: number): { retryAfter?: number } {
  return until === null ? {} : { retryAfter: secondsTo(until, now) };
}

function secondsTo(until: number, now: number): number {
  return Math.max(1, Math.ceil((until - now) / 1000));
}
