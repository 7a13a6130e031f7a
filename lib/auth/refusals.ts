// The errors that clients receive where the rules about accounts refuse something.
import { ProtocolError } from "../protocol/errors.ts";
import { nameKey } from "../protocol/names.ts";
import { PoolBusy } from "./password_pool.ts";
import { Abandoned } from "./requester.ts";
import { Throttled } from "./throttled.ts";

/**
 * The error where a name belongs to an account.
 *
 * @param wanted The name that was asked for.
 * @param claim The name of the account.
 * @param reason `account_exists` where an account was wanted, `account_name` where a guest wants the name.
 */
export function nameTaken(
  wanted: string,
  claim: string,
  reason: "account_exists" | "account_name",
): ProtocolError {
  const isSame = nameKey(claim) === nameKey(wanted);
  return new ProtocolError("username_taken", { reason: isSame ? reason : "look_alike" });
}

/** The error for a failed login. It says no more, so that nobody learns which names exist. */
export function loginFailed(): ProtocolError {
  return new ProtocolError("login_failed");
}

/**
 * Waits for the work of the throttle or the password pool.
 *
 * @throws {ProtocolError} `throttled` or `busy`, where either of them refuses the work.
 * @throws What else the work throws.
 */
export async function orRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Throttled) throw wait("throttled", error.retryAfter);
    if (!(error instanceof PoolBusy || error instanceof Abandoned)) throw error;
    throw wait("busy", error instanceof PoolBusy ? error.retryAfter : 1);
  }
}

/** The error where something is to be tried again after some seconds. */
export function wait(code: "throttled" | "busy", retryAfter: number): ProtocolError {
  return new ProtocolError(code, { retryAfter, places: { time: { seconds: retryAfter } } });
}
