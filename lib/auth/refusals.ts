// Creates the errors that clients receive when the rules about accounts reject a request.
import { ProtocolError } from "../protocol/errors.ts";
import { nameKey } from "../protocol/names.ts";
import type { Account } from "../store/accounts.ts";
import { DirectoryAway } from "./directory.ts";
import { PoolBusy } from "./password_pool.ts";
import { Abandoned } from "./requester.ts";
import { Throttled } from "./throttled.ts";

/**
 * Creates the error for a name that an account reserves.
 *
 * @param wanted The requested name.
 * @param claim The name of the account.
 * @param reason `account_exists` if an account was requested, `account_name` if a guest requests the name.
 */
export function nameTaken(
  wanted: string,
  claim: string,
  reason: "account_exists" | "account_name",
): ProtocolError {
  const isSame = nameKey(claim) === nameKey(wanted);
  return new ProtocolError("username_taken", { reason: isSame ? reason : "look_alike" });
}

/** Creates the error for a failed login. It has no details, so that it does not reveal which names exist. */
export function loginFailed(): ProtocolError {
  return new ProtocolError("login_failed");
}

/**
 * Refuses to change the password of an account that lives in the school's directory.
 *
 * @throws {ProtocolError} `forbidden`
 */
export function refuseDirectoryAccount({ name, directoryId }: Account): void {
  if (directoryId === null) return;
  throw new ProtocolError("forbidden", { reason: "directory_account", places: { name } });
}

/**
 * Waits for work of the throttle, the password pool or the directory.
 *
 * @throws {ProtocolError} `throttled` or `busy`, if one of them rejects the work.
 * @throws Other errors of the work.
 */
export async function orRefusal<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Throttled) throw wait("throttled", error.retryAfter);
    if (error instanceof DirectoryAway) throw wait("busy", error.retryAfter, "directory_away");
    if (!(error instanceof PoolBusy || error instanceof Abandoned)) throw error;
    throw wait("busy", error instanceof PoolBusy ? error.retryAfter : 1);
  }
}

/** Returns the error that asks the client to try again after some seconds. */
export function wait(
  code: "throttled" | "busy",
  retryAfter: number,
  reason?: "directory_away",
): ProtocolError {
  const places = { time: { seconds: retryAfter } };
  return new ProtocolError(
    code,
    reason === undefined ? { retryAfter, places } : { retryAfter, places, reason },
  );
}
