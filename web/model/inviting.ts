// Invitations: shows the code to the server, and leads the user to the channel after signing in.
import { channelKey } from "./keys.ts";
import { goTo } from "./places.ts";
import type { Failure } from "./state.ts";
import { ask, change, isJoined, notify, type Step } from "./step.ts";
import { type Line, textOf } from "./wire.ts";

/** Notes the code of an invitation, and asks the server what it is for. */
export function takeCode(step: Step, code: string): void {
  const asked = { channel: "", guests: false, registers: false, failure: undefined };
  change(step, { invite: { code, state: "asked", ...asked } });
  if (step.app.link.state === "open" && step.app.server !== undefined) askInvite(step);
}

/** Shows the code to the server, which remembers it for this connection. */
export function askInvite(step: Step): void {
  const { invite } = step.app;
  if (invite !== undefined) ask(step, { for: "invite" }, { type: "invite", code: invite.code });
}

/** Records what an invitation is for. A user who is signed in follows it at once. */
export function invited(step: Step, line: Line): void {
  const { invite } = step.app;
  if (invite === undefined) return;
  change(step, {
    invite: {
      ...invite,
      state: "open",
      channel: textOf(line.channel),
      guests: line.guests === true,
      registers: line.registers === true,
      failure: undefined,
    },
  });
  if (isJoined(step)) followInvite(step);
}

/** Records that an invitation cannot be used. */
export function uninvited(step: Step, failure: Failure): void {
  const { invite } = step.app;
  if (invite === undefined) return;
  if (!isJoined(step)) {
    const nothing = { guests: false, registers: false };
    return change(step, { invite: { ...invite, ...nothing, state: "failed", failure } });
  }
  change(step, { invite: undefined });
  notify(step, { code: failure.code, failure, text: failure.text, at: step.now, name: undefined });
}

/** Forgets the invitation, and shows its channel. The server admits the user when the page joins it. */
export function followInvite(step: Step): void {
  const { invite } = step.app;
  change(step, { invite: undefined });
  if (invite?.state !== "open" || invite.channel === "") return;
  const name = invite.channel;
  ask(step, { for: "join", tag: undefined, quiet: true }, { type: "join", channel: name });
  goTo(step, { key: channelKey(name), name }, { replace: true });
}
