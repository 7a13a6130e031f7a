// Passwords that a user was given and must replace before anything else, and the failures of changing a password.
import type { Failure } from "./state.ts";
import { change, type Step } from "./step.ts";
import type { Line } from "./wire.ts";

/**
 * Notes at sign-in whether the user must choose a new password.
 *
 * @param given The password that the user has signed in with. A reconnect does not send it again.
 */
export function demandPassword(step: Step, line: Line, given: string | undefined): void {
  const { mustChange } = step.app;
  change(step, {
    mustChange: line.must_change === true ? { given: given ?? mustChange?.given } : undefined,
  });
}

/** Records that the user has a new password. The page goes on where it was. */
export function passwordChanged(step: Step): void {
  change(step, { mustChange: undefined });
}

/** Returns the failure of a change of the password. The server rejects a wrong current password like a wrong login. */
export function passwordFailed(step: Step, failure: Failure): Failure {
  if (failure.code !== "login_failed") return failure;
  // An administrator may have reset the password meanwhile. Then the form has to ask for it.
  if (step.app.mustChange !== undefined) change(step, { mustChange: { given: undefined } });
  return { ...failure, reason: "old_password" };
}
