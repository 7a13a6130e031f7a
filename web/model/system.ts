// Applies notices from the server: what happened to the user, to rooms and to messages.
import { aside } from "./arrivals.ts";
import { leave } from "./entering.ts";
import { forgetMessage } from "./forgetting.ts";
import { channelKey, nameKey } from "./keys.ts";
import { left } from "./requests.ts";
import { muted } from "./muting.ts";
import type { Link } from "./state.ts";
import { change, changeRoom, command, notify, type Step } from "./step.ts";
import { type Line, textOf, timeOf, wholeOf } from "./wire.ts";

/** The maximum delay before the page requests topics. The server notifies all pages of a class at once. */
const SPREAD_MS = 2000;

/** Applies a `system` line. */
export function applyNotice(step: Step, line: Line): void {
  const code = textOf(line.code);
  const name = textOf(line.channel);
  const key = name === "" ? undefined : channelKey(name);
  const { me } = step.app;
  switch (code) {
    case "deleted":
      return forgetMessage(step, wholeOf(line.id));
    case "kicked":
    case "banned":
    case "replaced":
      return end(step, code, line);
    case "session_ended":
      return ended(step);
    case "muted":
      muted(step, timeOf(line.until) ?? Infinity);
      break;
    case "unmuted":
      if (me !== undefined) change(step, { me: { ...me, mutedUntil: undefined } });
      break;
    case "renamed":
      rename(step, textOf(line.name));
      break;
    case "topic":
      command(step, { type: "timer", name: "channels", ms: 200 + spread(me?.key ?? "") });
      break;
    case "channel_closed":
    case "channel_opened":
      if (key !== undefined) changeRoom(step, key, { closed: code === "channel_closed" });
      break;
    case "channel_deleted":
    case "expelled":
      if (key !== undefined) left(step, key);
      break;
  }
  const isKnown = key !== undefined && step.app.rooms.has(key);
  if (isKnown) aside(step, key, { code, line });
  else {
    const at = timeOf(line.timestamp) ?? step.now;
    notify(step, { code, text: textOf(line.content), at, name: textOf(line.name) || undefined });
  }
}

/** Returns a delay that differs between the pages of a class, so that their requests do not coincide. */
function spread(key: string): number {
  let sum = 0;
  for (const character of key) sum = (sum * 31 + character.codePointAt(0)!) % SPREAD_MS;
  return sum;
}

/**
 * Shows the form after the session has ended. A stored session of the device stays: another tab may be storing the
 * session that replaces this one. The next visit removes it if the server no longer accepts it.
 */
function ended(step: Step): void {
  const { me, session } = step.app;
  if (session?.stay === true) change(step, { session: undefined });
  leave(step, { reason: "expired", name: me?.name ?? "" });
}

/** Ends the link until the user asks to connect again. */
function end(step: Step, why: Extract<Link, { state: "off" }>["why"], line: Line): void {
  const at = timeOf(line.timestamp) ?? step.now;
  notify(step, { code: why, text: textOf(line.content), at, name: undefined });
  command(step, { type: "disconnect", why });
}

/** Applies a guest's new name. */
function rename(step: Step, name: string): void {
  const { me, session, outbox } = step.app;
  if (me === undefined || name === "") return;
  const key = nameKey(name);
  change(step, {
    me: { ...me, name, key },
    owner: key,
    outbox: outbox.map((each) => ({ ...each, owner: key })),
    session: session && { ...session, name },
  });
}
