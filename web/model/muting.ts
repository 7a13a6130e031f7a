// Being muted: until when, and that it ends by itself.
import { change, command, type Step } from "./step.ts";

/** Timers of browsers are not longer, in milliseconds. */
const TIMER_MAX = 2 ** 31 - 1;

/** A moderator has muted the user. `until`: milliseconds since 1970; Infinity until a moderator ends it. */
export function muted(step: Step, until: number): void {
  const { me } = step.app;
  if (me === undefined) return;
  change(step, { me: { ...me, mutedUntil: until } });
  if (until === Infinity) return;
  // Times of the server are told by its clock.
  const now = step.now + (step.app.server?.clockOffset ?? 0);
  const ms = Math.min(TIMER_MAX, Math.max(0, until - now));
  command(step, { type: "timer", name: "unmute", ms });
}

/** The time may be over. */
export function endMute(step: Step): void {
  const { me, server } = step.app;
  if (me?.mutedUntil === undefined) return;
  if (me.mutedUntil > step.now + (server?.clockOffset ?? 0)) return muted(step, me.mutedUntil);
  change(step, { me: { ...me, mutedUntil: undefined } });
}
