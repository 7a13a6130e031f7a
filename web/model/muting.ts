// Tracks the user's mute and its end.
import { change, command, type Step } from "./step.ts";

/** The longest timer that browsers support, in milliseconds. */
const TIMER_MAX = 2 ** 31 - 1;

/** Applies a mute. `until`: milliseconds since 1970; Infinity until a moderator ends it. */
export function muted(step: Step, until: number): void {
  const { me } = step.app;
  if (me === undefined) return;
  change(step, { me: { ...me, mutedUntil: until } });
  if (until === Infinity) return;
  // The end is a time of the server's clock.
  const now = step.now + (step.app.server?.clockOffset ?? 0);
  const ms = Math.min(TIMER_MAX, Math.max(0, until - now));
  command(step, { type: "timer", name: "unmute", ms });
}

/** Ends the mute if its time has passed. */
export function endMute(step: Step): void {
  const { me, server } = step.app;
  if (me?.mutedUntil === undefined) return;
  if (me.mutedUntil > step.now + (server?.clockOffset ?? 0)) return muted(step, me.mutedUntil);
  change(step, { me: { ...me, mutedUntil: undefined } });
}
