// What requests with a password share: the connection for the hashing queue, and the report of a failure.
import type { Requester } from "../auth/requester.ts";
import { ProtocolError } from "../protocol/errors.ts";
import type { LoginResult } from "./observer.ts";
import type { Session } from "./presence/session.ts";
import type { Services } from "./services.ts";

/** Describes a connection to the queue for hashing passwords. */
export function requesterOf(session: Session): Requester {
  return {
    network: session.network,
    presence: () => session.closed ? "closed" : session.peer.hungUp ? "hung_up" : "connected",
  };
}

const RESULTS: ReadonlyMap<string, LoginResult> = new Map([
  ["login_failed", "failed"],
  ["throttled", "throttled"],
  ["busy", "busy"],
  ["banned", "banned"],
]);

/** Reports a failed login or change of password, unless the error has another cause. */
export function reportRefusedLogin(
  { peer }: Session,
  { name, error }: { name: string; error: unknown },
  { observer }: Pick<Services, "observer">,
): void {
  const result = error instanceof ProtocolError ? RESULTS.get(error.code) : undefined;
  if (result !== undefined) observer.login(peer, name, result);
}
